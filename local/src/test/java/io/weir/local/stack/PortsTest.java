package io.weir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void namesATakenPortItsOwnerAndAWayOut() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int number = taken.getLocalPort();
            Ports ports = Ports.of(Map.of(Part.EDGE, number));

            assertThatExceptionOfType(StackException.class)
                    .isThrownBy(() -> ports.checkFree(List.of(Part.EDGE)))
                    .withMessageContaining("Port " + number + " (edge) is taken")
                    .withMessageContaining("--ports edge=" + (number + 1000));
            if (System.getProperty("os.name").equals("Linux")) {
                assertThat(PortOwner.of(number)).hasValueSatisfying(owner -> assertThat(owner)
                        .contains("pid " + ProcessHandle.current().pid()));
            }
        }
    }

    @Test
    void givesEveryPartAFreePortOfItsOwn() throws Exception {
        var zeros = new EnumMap<Part, Integer>(Part.class);
        for (Part part : Part.values()) {
            zeros.put(part, 0);
        }
        Ports ports = Ports.of(zeros);
        var numbers = new HashSet<Integer>();
        for (Part part : Part.values()) {
            numbers.add(ports.of(part));
        }

        assertThat(numbers).hasSize(Part.values().length).doesNotContain(0);
    }
}
