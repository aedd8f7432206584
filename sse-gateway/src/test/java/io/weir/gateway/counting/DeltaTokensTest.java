package io.weir.gateway.counting;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeltaTokensTest {
    private static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final String TEXT = "A weir is the low dam that regulates a stream, and measures its flow: "
            + "précisément — 12 345 litres per second; \"unbelievably\" so. Größenordnung? 水の流れ 🌊 done.\n\nNext line.";

    @Test
    void addsUpToTheWholeTextHoweverItIsCut() {
        int whole = ENCODING.countTokensOrdinary(TEXT);
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            // Given
            var tokens = new DeltaTokens(ENCODING);
            int sum = 0;
            int at = 0;
            // When
            while (at < TEXT.length()) {
                List<DeltaTokens.Piece> batch = new ArrayList<>();
                int deltas = 1 + random.nextInt(4);
                for (int i = 0; i < deltas && at < TEXT.length(); i++) {
                    int next = Math.min(TEXT.length(), at + 1 + random.nextInt(6));
                    if (Character.isHighSurrogate(TEXT.charAt(next - 1))) {
                        next++;
                    }
                    batch.add(piece(TEXT.substring(at, next)));
                    at = next;
                }
                sum += Arrays.stream(tokens.count(batch)).sum();
            }
            // Then
            // Looking at a word again when it has grown can only find that it takes fewer tokens than its parts did.
            assertThat(sum).isBetween(whole, whole + whole / 3);
        }
    }

    @Test
    void givesEachDeltaTheTokensThatEndInIt() {
        // Given
        var tokens = new DeltaTokens(ENCODING);
        // When
        int[] counts = tokens.count(List.of(piece("Hello"), piece(" world"), piece("!")));
        // Then
        assertThat(counts).containsExactly(1, 1, 1);
    }

    private static DeltaTokens.Piece piece(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        var bytes = Unpooled.copiedBuffer(escaped, StandardCharsets.UTF_8);
        return new DeltaTokens.Piece(bytes, new int[] {bytes.readableBytes()});
    }
}
