package io.weir.relay.cameras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.relay.cameras.FrameReader.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cameras send, in both forms. */
class FrameReaderTest {
    private static final int MAX_FRAME = 3_000;
    private static final CameraId CAMERA = new CameraId("c1");
    private static final String DETECTIONS = "[{\"class\":\"cat\",\"confidence\":0.5,\"bbox\":[1,2,3.5,4]}]";

    private final FrameReader reader = new FrameReader(new ObjectMapper(), MAX_FRAME, 1_000);

    @Test
    void readsTextAndWritesBothForms() {
        // When
        CameraFrame frame = frame(reader.text(
                CAMERA, text(jpeg(100), "\"timestamp\":17,\"camera_id\":\"c1\",\"detections\":" + DETECTIONS)));
        // Then
        var json = new JsonObject(frame.text(0));
        assertThat(Base64.getDecoder().decode(json.getString("frame"))).isEqualTo(jpeg(100));
        assertThat(json.getLong("timestamp")).isEqualTo(17);
        assertThat(json.getString("camera_id")).isEqualTo("c1");
        assertThat(json.getJsonArray("detections").encode()).isEqualTo(DETECTIONS);
        assertThat(json.containsKey("skipped")).isFalse();
        assertThat(frame.text(0)).isSameAs(frame.text(0));
        assertThat(new JsonObject(frame.text(3)).getInteger("skipped")).isEqualTo(3);
        Buffer binary = frame.binary(2);
        int length = binary.getInt(0);
        assertThat(new JsonObject(binary.getString(4, 4 + length)).getInteger("skipped"))
                .isEqualTo(2);
        assertThat(binary.getBytes(4 + length, binary.length())).isEqualTo(jpeg(100));
        assertThat(frame.told(0).payload()).isEqualTo(frame.text(0).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsItsOwnBinaryForm() {
        // Given
        Buffer binary = binary("{\"timestamp\":17,\"camera_id\":\"c1\",\"more\":{\"x\":[1]}}", jpeg(50));
        // When
        CameraFrame frame = frame(reader.binary(CAMERA, binary));
        CameraFrame again = frame(reader.binary(CAMERA, frame.binary(0)));
        // Then
        assertThat(again.text(0)).isEqualTo(frame.text(0));
    }

    @Test
    void takesAFrameAtTheBoundAndNoneBeyond() {
        String header = "{\"timestamp\":1}";
        for (int length : new int[] {MAX_FRAME - 1, MAX_FRAME}) {
            frame(reader.binary(CAMERA, binary(header, jpeg(length))));
            frame(reader.text(CAMERA, text(jpeg(length), "\"timestamp\":1")));
        }
        assertThat(why(reader.binary(CAMERA, binary(header, jpeg(MAX_FRAME + 1)))))
                .contains("at most 3000");
        assertThat(why(reader.text(CAMERA, text(jpeg(MAX_FRAME + 1), "\"timestamp\":1"))))
                .contains("at most 3000");
        assertThat(why(reader.text(CAMERA, text(jpeg(MAX_FRAME * 9), "\"timestamp\":1"))))
                .contains("at most 3000");
        String long1000 = header + " ".repeat(1_000 - header.length());
        frame(reader.binary(CAMERA, binary(long1000, jpeg(9))));
        assertThat(why(reader.binary(CAMERA, binary(long1000 + " ", jpeg(9))))).contains("at most 1000");
    }

    @Test
    void refusesWrongLengths() {
        assertThat(why(reader.binary(CAMERA, Buffer.buffer(new byte[] {0, 0, 1}))))
                .contains("no length");
        assertThat(why(reader.binary(CAMERA, Buffer.buffer().appendInt(500).appendString("{}"))))
                .contains("length");
        assertThat(why(reader.binary(CAMERA, Buffer.buffer().appendInt(-1).appendString("{}"))))
                .contains("at most");
        assertThat(why(reader.binary(CAMERA, Buffer.buffer().appendInt(0)))).contains("no JSON object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"timestamp\":\"1\"}",
                "{\"timestamp\":1,\"camera_id\":\"c2\"}",
                "{\"timestamp\":1,\"camera_id\":7}",
                "{\"timestamp\":1,\"detections\":{}}",
                "{\"timestamp\":1,\"detections\":[{\"class\":\"a\",\"confidence\":2,\"bbox\":[1,2,3,4]}]}",
                "{\"timestamp\":1,\"detections\":[{\"class\":\"a\",\"confidence\":1,\"bbox\":[1,2,3]}]}",
                "{\"timestamp\":1,\"detections\":[{\"class\":1,\"confidence\":1,\"bbox\":[1,2,3,4]}]}",
                "{\"timestamp\":1}{}",
                "[]",
                "null",
                "{\"timestamp\":1",
                "\u0000"
            })
    void refusesBadHeaders(String header) {
        assertThat(reader.binary(CAMERA, binary(header, jpeg(9)))).isInstanceOf(Outcome.Bad.class);
    }

    @Test
    void refusesWhatIsNoPicture() {
        assertThat(why(reader.binary(CAMERA, binary("{\"timestamp\":1}", new byte[] {1, 2, 3, 4, 5}))))
                .contains("no JPEG");
        assertThat(why(reader.binary(CAMERA, binary("{\"timestamp\":1}", new byte[0]))))
                .contains("no JPEG");
        assertThat(why(reader.text(CAMERA, "{\"timestamp\":1,\"frame\":\"!!!\"}")))
                .contains("base64");
        assertThat(why(reader.text(CAMERA, "{\"timestamp\":1,\"frame\":7}"))).contains("base64");
        assertThat(why(reader.text(CAMERA, "{\"timestamp\":1}"))).contains("base64");
        assertThat(why(reader.text(CAMERA, "no json"))).contains("no JSON");
    }

    @Property(tries = 2000, seed = "20261128")
    void noBytesCrashIt(@ForAll byte[] message) {
        assertThat(reader.binary(CAMERA, Buffer.buffer(message))).isNotNull();
        assertThat(reader.text(CAMERA, new String(message, StandardCharsets.UTF_8)))
                .isNotNull();
    }

    @Test
    void skipsWhatIsReplacedBeforeItIsWritten() {
        // Given
        var slot = new NewestSlot();
        CameraFrame[] frames = new CameraFrame[4];
        Arrays.setAll(frames, i -> new CameraFrame(CAMERA, i, null, jpeg(9)));
        // When
        assertThat(slot.offer(frames[0], 0, 10)).isEqualTo(new NewestSlot.Due(frames[0], 0));
        assertThat(slot.offer(frames[1], 0, 11)).isNull();
        assertThat(slot.offer(frames[2], 0, 12)).isNull();
        assertThat(slot.offer(frames[3], 0, 13)).isNull();
        // Then
        assertThat(slot.stalledNanos(15)).isEqualTo(5);
        assertThat(slot.written(16)).isEqualTo(new NewestSlot.Due(frames[3], 2));
        assertThat(slot.written(17)).isNull();
        assertThat(slot.stalledNanos(18)).isZero();
    }

    private static CameraFrame frame(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Frame.class);
        return ((Outcome.Frame) outcome).frame();
    }

    private static String why(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Bad.class);
        return ((Outcome.Bad) outcome).why();
    }

    private static byte[] jpeg(int length) {
        byte[] jpeg = new byte[length];
        Arrays.fill(jpeg, (byte) 0x2a);
        jpeg[0] = (byte) 0xff;
        jpeg[1] = (byte) 0xd8;
        jpeg[2] = (byte) 0xff;
        return jpeg;
    }

    private static String text(byte[] jpeg, String rest) {
        return "{\"frame\":\"" + Base64.getEncoder().encodeToString(jpeg) + "\"," + rest + "}";
    }

    private static Buffer binary(String header, byte[] jpeg) {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer().appendInt(bytes.length).appendBytes(bytes).appendBytes(jpeg);
    }
}
