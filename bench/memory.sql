/*
 * The peak of this backend's memory during one question, over what it had
 * before, in kB.  The library is loaded and the plans are made beforehand.
 */
BEGIN;
CALL bench.touch();
COMMIT;
SELECT promise.earliest('0', 1) \g /dev/null
SELECT bench.memory('VmRSS') AS before, bench.memory('RssShmem') AS shared \gset
:question \g /dev/null
SELECT bench.memory('VmHWM') - :before - (bench.memory('RssShmem') - :shared);
