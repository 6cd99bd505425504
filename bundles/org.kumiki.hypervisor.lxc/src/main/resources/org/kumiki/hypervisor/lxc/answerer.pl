# Begins to answer again. Usage: perl -e THIS NAME ADDRESS PORT SOCKET; behind answer.pl.
my ($name, $address, $port, $path) = @ARGV;
answer($name, door($address, $port), $path);
