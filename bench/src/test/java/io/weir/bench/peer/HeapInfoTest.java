package io.weir.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapInfoTest {
    @Test
    void addsTheGenerationsOfTheSerialCollector() {
        String info = """
                DefNew     total 9792K, used 10K [0x1, 0x2, 0x3)
                 eden space 8704K,   1% used [0x1, 0x2, 0x3)
                Tenured    total 21888K, used 500K [0x1, 0x2, 0x3)
                 Metaspace       used 9000K, committed 9000K, reserved 10000K
                """;

        assertThat(HeapInfo.usedBytes(info)).isEqualTo(510 * 1024);
    }

    @Test
    void readsTheHeapOfG1() {
        assertThat(HeapInfo.usedBytes(" garbage-first heap   total reserved 1024K, committed 512K, used 200K [0x1)"))
                .isEqualTo(200 * 1024);
    }
}
