package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Method;

class XenFactsTest {

    private static final String INFO = """
            host                   : xen1
            release                : 6.1.0-50-amd64
            version                : #1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02)
            nr_cpus                : 4
            total_memory           : 899
            free_memory            : 375
            xen_version            : 4.17.5
            xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64\s
            xen_scheduler          : credit2
            """;

    @Test
    void whatAHypervisorSaysIsRead() {
        XenFacts facts = XenFacts.of(INFO);

        assertThat(facts).isEqualTo(new XenFacts("4.17.5", "credit2", 4, true, true, 899, 375, "6.1.0-50-amd64"));
        assertThat(facts.methods()).isEqualTo(Set.of(Method.PARAVIRTUAL, Method.HARDWARE));
    }

    @Test
    void aProcessorThatDoesNotHelpRunsParavirtualGuestsOnly() {
        assertThat(XenFacts.of(INFO.replaceAll("hvm-\\S+", "")).methods()).isEqualTo(Set.of(Method.PARAVIRTUAL));
    }

    @Test
    void anotherAnswerIsNotUnderstood() {
        assertThatThrownBy(() -> XenFacts.of("xl: cannot init xl context")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("nr_cpus");
        assertThatThrownBy(() -> XenFacts.of(INFO.replace("375", "99999999999"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("free_memory");
    }

    @Test
    void whatGuestsOfOursHaveIsRoomForGuests() {
        XenSettings settings = new XenSettings(Optional.empty(), "default", 4, 0.5, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), 8_002);

        assertThat(Capacity.of(XenFacts.of(INFO), 125, 7, settings)).isEqualTo(new Resources(16, 250, 7, 1_000));
    }

    @Test
    void theSizeOfAFileSystemIsRead() {
        assertThat(Capacity.blocks("Filesystem 1M-blocks Used Available Capacity Mounted on\n/dev/xvda1 20480 100 20380 1% /\n")).isEqualTo(20_480);
        assertThat(Capacity.blocks("df: /x: No such file")).isZero();
    }

    @Test
    void xenconsoledKeepsConsolesIfItIsToldTo() {
        assertThat(Console.keeps("/usr/sbin/xenconsoled\0--log=guest\0")).isTrue();
        assertThat(Console.keeps("/usr/sbin/xenconsoled\0--log=all\0--pid-file=/x\0")).isTrue();
        assertThat(Console.keeps("/usr/sbin/xenconsoled\0--log=hv\0")).isFalse();
        assertThat(Console.keeps("")).isFalse();
    }
}
