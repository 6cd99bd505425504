# Hands what is asked at an address of a guest's network to a unix socket outside of it, a process a question. No modules here either.
use strict;
use warnings;

my ($INTERNET, $FOR_SOCKETS, $USE_AGAIN, $AT_ONCE) = (2, 1, 2, 16);

sub door {
    my ($address, $port) = @_;
    my $where = pack('S n C4 x8', $INTERNET, $port, split /\./, $address);
    my $door;
    socket($door, $INTERNET, 1, 0) && setsockopt($door, $FOR_SOCKETS, $USE_AGAIN, 1) && bind($door, $where) && listen($door, $AT_ONCE)
        or die "nothing can be asked at $address:$port: $!\n";
    return $door;
}

# Until the server has said all. Either may close its side first.
sub relay {
    my ($guest, $path) = @_;
    my $server;
    socket($server, 1, 1, 0) && connect($server, pack('S Z*', 1, $path)) or die "$path: $!\n";
    my @ways = ([$guest, $server], [$server, $guest]);
    while (1) {
        my $ready = '';
        vec($ready, fileno $_->[0], 1) = 1 for @ways;
        select $ready, undef, undef, undef;
        for my $way (grep { vec($ready, fileno $_->[0], 1) } @ways) {
            my ($from, $to) = @$way;
            if (!sysread $from, my $bytes, 65_536) {
                return if $from == $server;
                shutdown $to, 1;
                @ways = [$server, $guest];
            } else {
                for (my $sent = 0; $sent < length $bytes;) {
                    $sent += syswrite($to, $bytes, length($bytes) - $sent, $sent) // return;
                }
            }
        }
    }
}

# Answers for good, at most so many at a time, under a name by which it is found among all processes.
sub answer {
    my ($name, $door, $path) = @_;
    $0 = $name;
    my $busy = 0;
    local $SIG{CHLD} = sub { $busy-- while waitpid(-1, 1) > 0 };
    while (1) {
        accept(my $guest, $door) or next; # interrupted by the end of an answer
        select undef, undef, undef, 0.05 while $busy >= $AT_ONCE;
        my $child = fork();
        if (defined $child && !$child) {
            relay($guest, $path);
            exit 0;
        }
        $busy++ if defined $child;
    }
}
