package org.kumiki.bench.twin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JvmTest {

    private static final String AT_THE_END = """
            [1.2s][info][gc,heap,exit] Heap
            [1.2s][info][gc,heap,exit]  def new generation   total 39296K, used 10240K [0x00000000, 0x00000001)
            [1.2s][info][gc,heap,exit]  tenured generation   total 87424K, used 20480K [0x00000000, 0x00000001)
            [1.2s][info][gc,heap,exit]  Metaspace       used 20920K, committed 23040K, reserved 1114112K
            """;

    @Test
    void theMostOfTheHeapWasInUseBeforeACollection() {
        assertThat(Jvm.heapMiB("""
                [0.1s][info][gc] GC(0) Pause Young (Allocation Failure) 34M->2M(123M) 5.1ms
                [0.9s][info][gc] GC(1) Pause Young (Normal) (G1 Evacuation Pause) 411M->139M(4720M) 65.1ms
                """ + AT_THE_END)).isEqualTo(411);
    }

    @Test
    void orAtTheEnd() {
        assertThat(Jvm.heapMiB(AT_THE_END)).as("both generations, and not what is no heap").isEqualTo(30);
    }
}
