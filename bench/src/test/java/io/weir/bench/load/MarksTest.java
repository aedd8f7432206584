package io.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarksTest {
    @Test
    void findsTheNumbersOfMergedTextsInOrder() {
        var text = new StringBuilder("{\"delta\":\"");
        for (int number : List.of(0, 41, 0x7FFF_FFFF)) {
            text.append(new String(Marks.text(number, 16), StandardCharsets.US_ASCII));
        }

        assertThat(find(text + "\",\"t\":41}")).containsExactly(0, 41, 0x7FFF_FFFF);
    }

    @Test
    void passesOverWhatOnlyLooksLikeANumber() {
        assertThat(find("# #1234567 #12345g78 #0000000a")).containsExactly(10);
    }

    @Test
    void makesTextsOfTheLengthAskedForButNeverShorterThanANumber() {
        assertThat(Marks.text(7, 16)).hasSize(16);
        assertThat(new String(Marks.text(7, 0), StandardCharsets.US_ASCII)).isEqualTo("#00000007");
    }

    private static List<Integer> find(String text) {
        List<Integer> found = new ArrayList<>();
        Marks.find(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), found::add);
        return found;
    }
}
