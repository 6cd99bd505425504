package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

class DomainTest {

    private static final String LIST = """
            Name                                        ID   Mem VCPUs\tState\tTime(s)
            Domain-0                                     0   512     1     r-----      23.2
            i-a2ffaee8b0354e23b                          1    96     2     -b----       6.3
            i-0123456789abcdef0                         17    96     1     ---s--     100.9
            i-0123456789abcdef0                         18    96     1     ------       0.1
            i-0000000000000000a--incoming               19    36     0     --p---       0.0
            one with blanks  9 9 9 rbpscd 1.1           20     5     1     ----c-       0.0
            """;

    @Test
    void aListIsRead() {
        List<Domain> domains = Domain.list(LIST);

        assertThat(domains).hasSize(6).contains(new Domain("i-a2ffaee8b0354e23b", 1, 96, false, Duration.ofMillis(6_300)),
                new Domain("one with blanks  9 9 9 rbpscd 1.1", 20, 5, true, Duration.ZERO));
    }

    @Test
    void ofTwoDomainsOfOneNameTheOneCountsThatRuns() {
        assertThat(Domain.named("i-0123456789abcdef0", Domain.list(LIST))).map(Domain::number).contains(18);
    }

    @Test
    void aGuestThatIsJustArrivingIsNotThereYet() {
        assertThat(Domain.named("i-0000000000000000a", Domain.list(LIST))).isEmpty();
    }

    @Test
    void whatIsNoListHasNoDomains() {
        assertThat(Domain.list("")).isEmpty();
        assertThat(Domain.list("i-1 2 3\nlibxl: error: no\n" + "x".repeat(10_000))).isEmpty();
    }
}
