-- The example plant: a bicycle shop.
--
-- Its clock stands still, so that the tour reads the same on every day.
ALTER DATABASE demo SET promise.timezone = 'Europe/Berlin';
ALTER DATABASE demo SET TimeZone = 'Europe/Berlin';
ALTER DATABASE demo SET DateStyle = 'ISO, DMY';
