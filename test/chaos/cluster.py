"""A private cluster of its own beside that of the environment, to be crashed.

Owned by postgres, in a folder below the environment's cluster, which is removed
with it; on a socket there, with the same installation of the extension.
"""

import os
import shutil
import signal
import subprocess
import time


class Cluster:
    def __init__(self, name):
        self.host = os.path.join(os.environ['PGHOST'], name)
        self.data = os.path.join(self.host, 'data')
        self.log = os.path.join(self.host, 'log')
        self.as_server = ['env', 'HOME=' + self.host]
        os.mkdir(self.host)
        if os.getuid() == 0:
            shutil.chown(self.host, 'postgres')
            self.as_server = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] + self.as_server
        self.server = None
        self.dsn = 'host=%s dbname=postgres user=postgres' % self.host

    def initialize(self):
        self.run('initdb', '--no-sync', '-D', self.data, '-U', 'postgres', '--auth=trust',
                 '-E', 'UTF8', '--locale=C')
        with open(os.path.join(os.environ['PGHOST'], 'data', 'postgresql.conf')) as other:
            settings = [line for line in other
                        if line.startswith(('extension_', 'dynamic_library_path', 'listen_addresses'))]
        settings += ["unix_socket_directories = '%s'\n" % self.host, 'fsync = off\n',
                     'max_prepared_transactions = 10\n', 'wal_level = logical\n', 'max_wal_senders = 4\n']
        with open(os.path.join(self.data, 'postgresql.conf'), 'a') as conf:
            conf.writelines(settings)

    def copy_of(self, primary):
        """A streaming standby."""
        self.run('pg_basebackup', '-h', primary.host, '-U', 'postgres', '-D', self.data, '-R',
                 '--checkpoint=fast', '--no-sync')
        with open(os.path.join(self.data, 'postgresql.conf'), 'a') as conf:
            conf.write("unix_socket_directories = '%s'\n" % self.host)

    def run(self, *command):
        subprocess.run(self.as_server + list(command), check=True, cwd='/',
                       stdout=subprocess.DEVNULL)

    def start(self):
        with open(self.log, 'a') as log:
            # the kernel stops it should this script be killed
            self.server = subprocess.Popen(
                self.as_server + ['setpriv', '--pdeathsig', 'QUIT', 'postgres', '-D', self.data],
                cwd='/', stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        for _ in range(600):
            if subprocess.run(['pg_isready', '-q', '-h', self.host]).returncode == 0:
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        with open(self.log) as log:
            raise RuntimeError('the server does not start: ' + log.read()[-2000:])

    def kill(self, pid=None):
        """kill -9 of a backend, or of the postmaster, whose children follow."""
        os.kill(pid if pid is not None else self.server.pid, signal.SIGKILL)
        if pid is None:
            self.server.wait()

    def stop(self, how=signal.SIGINT):
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(how)
            self.server.wait()
