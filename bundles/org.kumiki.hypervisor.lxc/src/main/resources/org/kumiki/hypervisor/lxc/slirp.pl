# Asks slirp4netns on its socket, one connection a question, and prints the answers, a line each.
# Usage: perl -e THIS SOCKET SECONDS QUESTION...; waits so long for the socket, which is not there before the network is.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($path, $seconds, @questions) = @ARGV;
my $end = time + $seconds;
for my $question (@questions) {
    my $socket;
    until ($socket = IO::Socket::UNIX->new(Peer => $path)) {
        die "nobody listens on $path: $!\n" if time > $end;
        select undef, undef, undef, 0.005;
    }
    print $socket $question;
    shutdown $socket, 1;
    local $/;
    my $answer = <$socket> // '';
    $answer =~ s/\s+$//;
    print "$answer\n";
}
