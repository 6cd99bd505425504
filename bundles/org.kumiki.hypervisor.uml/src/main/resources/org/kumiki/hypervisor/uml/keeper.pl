# Keeps one guest: its machine, which is User-Mode Linux in a jail, and beside it one program that opens its disks and one that is its
# network. Lives as long as the guest runs, and takes everything along when it ends.
# Usage: perl -e THIS DIRECTORY DISKS... -- NETWORK... -- MACHINE...: three commands, of which the second may be empty. LINE in the second is the
# number of the socket on which packets come and go, one a datagram.
#
# It is told by signals. TERM: the guest shall end, also if it would start again, as most do after Ctrl-Alt-Del. HUP: it shall start again,
# also if it would end. INT: it is cut off.
#
# What it writes into the directory: console and console.1, which it wrote before; begun, how often the machine has; ended, and why.
use strict;
use warnings;
use Fcntl qw(F_SETFD);
use IO::Handle;
use IO::Select;
use POSIX qw(:sys_wait_h);
use Socket;

my ($SECONDS_TO_OPEN, $SECONDS_TO_FLUSH, $MOST_CONSOLE, $LONGEST_PACKET, $MOST_PACKETS) = (30, 15, 64 << 10, 70_000, 64);
my ($MAGIC, $BEGINS, $PANICS) = (0xcafebabe, 0, 1); # of the notices of User-Mode Linux
my $directory = shift;
my @commands = ([]);
for my $word (@ARGV) {
    if ($word eq '--' && @commands < 3) {
        push @commands, [];
    } else {
        push @{ $commands[-1] }, $word;
    }
}
chdir $directory or die "$directory: $!\n";

my ($ending, $again, $cut) = (0, 0, 0);
$SIG{TERM} = sub { $ending = 1 };
$SIG{HUP} = sub { $again = 1 };
$SIG{INT} = sub { $cut = 1 };
$SIG{CHLD} = sub { };
$SIG{PIPE} = 'IGNORE';

sub run {
    my ($prepare, @command) = @_;
    my $child = fork() // die "fork: $!\n";
    return $child if $child;
    $SIG{$_} = 'DEFAULT' for 'TERM', 'HUP', 'INT', 'CHLD', 'PIPE';
    $prepare->();
    exec { $command[0] } @command or print STDERR "$command[0]: $!\n";
    POSIX::_exit(127);
}

sub bound {
    my ($type, $path) = @_;
    unlink $path;
    socket(my $socket, AF_UNIX, $type, 0) or die "socket: $!\n";
    bind($socket, pack_sockaddr_un($path)) or die "$path: $!\n";
    $socket->blocking(0);
    return $socket;
}

sub replace {
    my ($name, $content) = @_;
    open(my $file, '>', "$name.part") or die "$name: $!\n";
    print $file $content;
    close $file;
    rename "$name.part", $name;
}

# Two files, so that there is always more than anybody may read, and never much more.
open(my $console, '>', 'console') or die "console: $!\n";
my $written = 0;

sub keep {
    my ($text) = @_;
    while (length $text) {
        if ($written >= $MOST_CONSOLE) {
            rename 'console', 'console.1';
            open($console, '>', 'console') or die "console: $!\n";
            $written = 0;
        }
        my $part = substr $text, 0, $MOST_CONSOLE - $written, '';
        syswrite $console, $part;
        $written += length $part;
    }
}

socketpair(my $line, my $far, AF_UNIX, SOCK_DGRAM, PF_UNSPEC) or die "socketpair: $!\n";
$line->blocking(0);
my $listener = bound(SOCK_SEQPACKET, 'machine/net');
listen $listener, 4 or die "listen: $!\n";
my $notices = bound(SOCK_DGRAM, 'machine/notices');

my $disks = run(sub { }, @{ $commands[0] });
my $network;
if (@{ $commands[1] }) {
    my $number = fileno $far;
    s/\bLINE\b/$number/ for @{ $commands[1] };
    $network = run(sub { fcntl $far, F_SETFD, 0 }, @{ $commands[1] });
}
close $far;
my $deadline = time + $SECONDS_TO_OPEN;
until (-e 'disks.pid') {
    my $failed = waitpid($disks, WNOHANG);
    if ($failed || $cut || time > $deadline) {
        kill 'KILL', grep { defined } $network, $disks;
        die $failed ? "its disks cannot be opened\n" : "its disks were not opened in time\n";
    }
    select undef, undef, undef, 0.005;
}

my ($machine, $output, $connection, $panic);
my $begun = 0;
my $sources = IO::Select->new($line, $listener, $notices);

sub begin {
    pipe($output, my $input) or die "pipe: $!\n";
    $machine = run(sub {
        open STDIN, '<', '/dev/null' or die "null: $!\n";
        open STDOUT, '>&', $input or die "console: $!\n";
        open STDERR, '>&', $input or die "console: $!\n";
    }, @{ $commands[2] });
    close $input;
    $output->blocking(0);
    $sources->add($output);
}

# Carries packets until there are none, and tells whether there can be more. What does not fit is lost, as on any wire.
sub carry {
    my ($from, $to) = @_;
    my $length;
    for (1 .. $MOST_PACKETS) {
        $length = sysread($from, my $packet, $LONGEST_PACKET);
        last unless $length;
        syswrite $to, $packet if $to;
    }
    return !defined $length || $length > 0;
}

sub listen_to_notices {
    while (defined recv($notices, my $notice, 4096, 0)) {
        next if length $notice < 16;
        my ($magic, undef, $type, $length) = unpack 'LLLL', $notice;
        next if $magic != $MAGIC;
        if ($type == $BEGINS) {
            $again = 0;
            if ($ending) {
                kill 'KILL', $machine;
            } else {
                replace('begun', ++$begun);
            }
        } elsif ($type == $PANICS) {
            $panic = substr $notice, 16, $length < 200 ? $length : 200;
        }
    }
}

sub hear {
    my $length = sysread($output, my $text, 16 << 10);
    keep($text) if $length;
    return $length;
}

my $reason;
begin();
until (defined $reason) {
    kill 'KILL', $machine if $cut;
    for my $source ($sources->can_read(0.5)) {
        if ($source == $output) {
            my $length = hear();
            $sources->remove($output) if defined $length && $length == 0;
        } elsif ($source == $notices) {
            listen_to_notices();
        } elsif ($source == $listener) {
            if (accept(my $next, $listener)) { # its interface came up, perhaps once more
                $sources->remove($connection) if $connection;
                $connection = $next;
                $connection->blocking(0);
                $sources->add($connection);
            }
        } elsif ($source == $line) {
            carry($line, $connection);
        } elsif ($connection && $source == $connection && !carry($connection, $line)) {
            $sources->remove($connection);
            undef $connection;
        }
    }
    if (waitpid($machine, WNOHANG) == $machine) {
        my $status = $?;
        1 while hear();
        $sources->remove($output);
        listen_to_notices();
        if ($again && !$ending && !$cut) {
            $again = 0;
            begin();
        } else {
            $reason = defined $panic ? "panic $panic" : $status == 0 ? 'halted' : 'killed';
        }
    } elsif (waitpid($disks, WNOHANG) == $disks) {
        $reason = 'disks';
    } elsif (defined $network && waitpid($network, WNOHANG) == $network) {
        $reason = 'network';
    }
}
replace('ended', $reason);
kill 'KILL', $machine if $reason eq 'disks' || $reason eq 'network';
kill 'KILL', $network if defined $network && $reason ne 'network';
exit 0 if $reason eq 'disks';
kill 'TERM', $disks; # which writes what it still holds
for (1 .. 100 * $SECONDS_TO_FLUSH) {
    exit 0 if waitpid($disks, WNOHANG);
    select undef, undef, undef, 0.01;
}
kill 'KILL', $disks;
