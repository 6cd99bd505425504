# Tells the monitor that is in User-Mode Linux something, and prints what it answers. Fails if it refuses.
# Usage: perl -e THIS MACHINE-DIRECTORY COMMAND. Both see the directory under different names, so all names are relative to it.
use strict;
use warnings;
use Socket;

my ($directory, $command) = @ARGV;
my ($MAGIC, $VERSION, $LONGEST, $SECONDS) = (0xcafebabe, 2, 512, 10);
die "too long\n" if length $command >= $LONGEST;
chdir $directory or die "$directory: $!\n";
my $here = "ask.$$";
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!\n";
bind($socket, pack_sockaddr_un($here)) or die "$here: $!\n";
$SIG{ALRM} = sub { unlink $here; die "no answer\n" };
alarm $SECONDS;
my $failed = 0;
if (defined send($socket, pack("LLLa$LONGEST", $MAGIC, $VERSION, length $command, $command), 0, pack_sockaddr_un('uml/mconsole'))) {
    for (my $more = 1; $more;) {
        defined recv($socket, my $answer, 4096, 0) or last;
        last if length $answer < 12;
        (my $error, $more, my $length) = unpack 'LLL', $answer;
        $failed = 1 if $error;
        my $text = substr $answer, 12, $length;
        $text =~ s/\0.*//s;
        print $text;
    }
} else {
    print STDERR "it does not listen: $!\n";
    $failed = 1;
}
unlink $here;
exit $failed;
