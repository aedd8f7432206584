package io.weir.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessMeterTest {
    @Test
    void readsTheTimesOfAProgramAndItsEndedChildrenWhateverItIsCalled() {
        String stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 111 222 3000 40000 20 0 1 0 100";

        assertThat(ProcessMeter.ticks(stat)).isEqualTo(43_333);
    }

    @Test
    void readsKilobytes() {
        assertThat(ProcessMeter.kilobytes("Rss:   1 kB\nPss:      2048 kB\nPss_Dirty: 3 kB\n", "Pss:"))
                .isEqualTo(2048);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuresThisProcess() throws IOException {
        var reading = new ProcessMeter(ProcessHandle.current().pid()).read();

        assertThat(reading.cpuSeconds()).isPositive();
        assertThat(reading.memoryBytes()).isGreaterThan(1 << 20);
    }
}
