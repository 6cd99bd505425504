# Reads a disk for somebody who copies it while it is in use. Needs what every Debian has: perl-base and coreutils.
# Usage: perl -e THIS DEVICE SOCKET BLOCK. One client is served, and then it ends; also if none comes within a minute.
# A line asks; "OK ..." or "NO why" answers, and then come bytes:
#   SIZE                  the size of the disk
#   FLUSH                 forgets what is cached of the disk, so that what is read next is what is there
#   SUMS first count      the SHA-256 of so many blocks; zeroes for a block of zeroes
#   READ first count      so many blocks, each "z" if it is zeroes, or "d" and its bytes
#   FREEZE seconds hex... stops all writing to what is mounted there, for so long at most
#   THAW                  lets them write again; NO if that was necessary before
use strict;
use warnings;
use Fcntl qw(O_RDONLY O_DIRECTORY);
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);

my ($device, $path, $block) = @ARGV;
my ($FLUSH, $SIZE, $FREEZE, $THAW, $MOST) = (0x1261, 0x80081272, 0xc0045877, 0xc0045878, 4096);
my $digest = eval { require Digest::SHA; 1 };
my $zeroes = "\0" x $block;
my (@frozen, $late);

sub thaw {
    ioctl($_, $THAW, 0) for splice @frozen;
}

$SIG{ALRM} = sub { $late = 1; thaw(); };
$SIG{$_} = sub { thaw(); exit 1 } for qw(TERM INT HUP PIPE);
my $log = "$path.log"; # where what we complain of goes
END {
    thaw();
    unlink $log if defined $log && -z $log;
}

sysopen(my $disk, $device, O_RDONLY) or die "$device: $!\n";
my $size = -s $disk;
if (-b $disk) {
    my $number = pack 'Q', 0;
    ioctl($disk, $SIZE, $number) or die "$device: $!\n";
    $size = unpack 'Q', $number;
}

socket(my $server, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!\n";
umask 077;
bind($server, pack_sockaddr_un("$path.new")) or die "$path: $!\n";
listen($server, 1) or die "$path: $!\n";
rename("$path.new", $path) or die "$path: $!\n"; # whoever sees it can connect
my $readable = '';
vec($readable, fileno $server, 1) = 1;
my $came = select($readable, undef, undef, 60) && accept(my $client, $server);
unlink $path;
exit 0 if !$came;
close $server;

sub answer {
    for my $part (0 .. $#_) { # never copied
        my $sent = 0;
        while ($sent < length $_[$part]) {
            my $count = syswrite $client, $_[$part], length($_[$part]) - $sent, $sent;
            next if !defined $count && $!{EINTR};
            defined $count or exit 1;
            $sent += $count;
        }
    }
}

sub block_at {
    my ($number) = @_;
    my $length = $size - $number * $block;
    $length = $block if $length > $block;
    die "beyond the end\n" if $length <= 0;
    sysseek($disk, $number * $block, 0) // die "$!\n";
    my $bytes = '';
    while (length $bytes < $length) {
        my $count = sysread $disk, $bytes, $length - length $bytes, length $bytes;
        next if !defined $count && $!{EINTR};
        die 'block ' . $number . ': ' . (defined $count ? 'the disk ends early' : "$!") . "\n" if !$count;
    }
    return $bytes;
}

sub is_zero {
    return length $_[0] == $block ? $_[0] eq $zeroes : $_[0] eq substr $zeroes, 0, length $_[0];
}

sub sum {
    return Digest::SHA::sha256($_[0]) if $digest;
    pipe(my $in, my $out) or die "pipe: $!\n";
    my $child = open(my $result, '-|') // die "fork: $!\n";
    if (!$child) {
        close $out;
        open(STDIN, '<&', $in);
        exec 'sha256sum' or die "sha256sum: $!\n";
    }
    close $in;
    binmode $out;
    print {$out} $_[0];
    close $out;
    my $line = <$result> // '';
    close $result;
    $line =~ /^([0-9a-f]{64})\b/ or die "sha256sum does not work\n";
    return pack 'H64', $1;
}

sub freeze {
    my ($seconds, @mounts) = @_;
    $late = 0;
    alarm $seconds;
    for my $mount (map { pack 'H*', $_ } @mounts) {
        my $directory;
        if (!sysopen($directory, $mount, O_RDONLY | O_DIRECTORY) || !ioctl($directory, $FREEZE, 0)) {
            my $why = "$!";
            alarm 0;
            thaw();
            die "$mount: $why\n";
        }
        push @frozen, $directory;
    }
}

sub serve {
    my ($verb, @words) = @_;
    return answer("OK $size\n") if $verb eq 'SIZE';
    if ($verb eq 'FLUSH') {
        !-b $disk || ioctl($disk, $FLUSH, 0) or die "$!\n";
        return answer("OK\n");
    }
    if ($verb eq 'SUMS' || $verb eq 'READ') {
        my ($first, $count) = @words;
        die "too many\n" if $count > $MOST;
        answer("OK\n");
        for my $number ($first .. $first + $count - 1) { # one at a time: the machine may have little memory
            my $bytes = eval { block_at($number) };
            if (!defined $bytes) {
                print STDERR $@;
                exit 1;
            }
            my $zero = is_zero($bytes);
            answer($verb eq 'SUMS' ? $zero ? "\0" x 32 : sum($bytes) : $zero ? 'z' : ('d', $bytes));
        }
        return;
    }
    if ($verb eq 'FREEZE') {
        freeze(@words);
        return answer("OK\n");
    }
    if ($verb eq 'THAW') {
        alarm 0;
        thaw();
        die "it took longer than was allowed\n" if $late;
        return answer("OK\n");
    }
    die "what is $verb?\n";
}

binmode $client;
my $asked = '';
while (1) {
    my $count = sysread $client, $asked, 4096, length $asked;
    next if !defined $count && $!{EINTR};
    last if !$count;
    while ($asked =~ s/^([^\n]*)\n//) {
        my @words = split / /, $1;
        next if eval { serve(@words); 1 };
        my $why = $@ =~ s/\s+/ /gr;
        answer("NO $why\n");
    }
    last if length $asked > 65536;
}
