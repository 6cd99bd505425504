# Asks slirp4netns on its socket, one connection a question; waits for the socket, which is not there before the network is carried, as long as what
# is given does not die.
# No modules: to load one takes longer than all that is done here.
use strict;
use warnings;

my ($UNIX, $STREAM, $WRITING, $TO_LISTEN_SECONDS) = (1, 1, 1, 20);

sub ask {
    my ($path, $question, $still) = @_;
    my $end = time + $TO_LISTEN_SECONDS;
    my $socket;
    while (1) {
        socket($socket, $UNIX, $STREAM, 0) or die "socket: $!\n";
        last if connect($socket, pack('S Z*', $UNIX, $path));
        die "nobody listens on $path: $!\n" if time > $end;
        $still->() if defined $still;
        select undef, undef, undef, 0.002;
    }
    syswrite $socket, $question;
    shutdown $socket, $WRITING;
    local $/;
    my $answer = <$socket> // '';
    return $answer =~ s/\s+$//r;
}
