# Asks a program of QEMU's on its control socket, and prints the answers, a line each.
# Usage: perl -e THIS DIRECTORY SOCKET SECONDS QUESTION...; waits so long for the socket, which is not there before the program is.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($directory, $path, $seconds, @questions) = @ARGV;
my $LONGEST = 1 << 20;
chdir $directory or die "$directory: $!\n";
$SIG{ALRM} = sub { die "$path does not answer\n" };
alarm $seconds;
my $socket;
until ($socket = IO::Socket::UNIX->new(Peer => $path)) {
    select undef, undef, undef, 0.005;
}
$socket->autoflush(1);
defined <$socket> or die "$path does not greet\n";
my $first = 1;
for my $question ('{"execute":"qmp_capabilities"}', @questions) {
    print $socket "$question\n";
    while (1) {
        my $answer = <$socket> // die "$path has closed the connection\n";
        die "$path answers too much\n" if length $answer > $LONGEST;
        next if $answer =~ /^\{"(timestamp|event)"/;
        print $answer unless $first;
        last;
    }
    $first = 0;
}
