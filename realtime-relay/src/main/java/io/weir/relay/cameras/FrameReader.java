package io.weir.relay.cameras;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads what cameras send, in either form. Safe for any thread. */
final class FrameReader {
    private static final int LENGTH_BYTES = 4;

    private final ObjectMapper mapper;
    private final int maxFrame;
    private final int maxHeader;

    FrameReader(ObjectMapper mapper, int maxFrame, int maxHeader) {
        this.maxFrame = maxFrame;
        this.maxHeader = maxHeader;
        // Nothing is copied beyond these bounds, and each of them is told by a name of its own before it is met.
        var json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(8)
                        .maxStringLength(base64Length(maxFrame) + maxHeader)
                        .build())
                .build();
        this.mapper = mapper.copyWith(json);
    }

    /** What came of a message. */
    sealed interface Outcome {
        /** A picture. */
        record Frame(CameraFrame frame) implements Outcome {}

        /** Nothing that can be shown; {@code why} is for the sender. */
        record Bad(String why) implements Outcome {}
    }

    /** A text message. */
    Outcome text(CameraId camera, String message) {
        if (message.length() > base64Length(maxFrame) + maxHeader) {
            return tooLong();
        }
        try (JsonParser parser = mapper.createParser(message)) {
            return text(camera, parser);
        } catch (IOException e) {
            return noObject();
        }
    }

    /** The same, encoded as UTF-8. */
    Outcome text(CameraId camera, byte[] message) {
        if (message.length > base64Length(maxFrame) + maxHeader) {
            return tooLong();
        }
        try (JsonParser parser = mapper.createParser(message)) {
            return text(camera, parser);
        } catch (IOException e) {
            return noObject();
        }
    }

    private Outcome text(CameraId camera, JsonParser parser) throws IOException {
        var header = new Header();
        String why = read(parser, header, camera);
        if (why != null) {
            return new Outcome.Bad(why);
        }
        String picture = header.picture;
        if (picture == null) {
            return new Outcome.Bad("frame must be a JPEG in base64");
        }
        try {
            return frame(camera, header, Base64.getDecoder().decode(picture));
        } catch (IllegalArgumentException e) {
            return new Outcome.Bad("frame must be a JPEG in base64");
        }
    }

    /** A binary message: 4 bytes length, that much JSON, and a JPEG. */
    Outcome binary(CameraId camera, Buffer message) {
        if (message.length() < LENGTH_BYTES) {
            return new Outcome.Bad("The message has no length");
        }
        long length = message.getUnsignedInt(0);
        if (length > maxHeader) {
            return new Outcome.Bad("The JSON may have at most " + maxHeader + " bytes");
        }
        if (length > message.length() - LENGTH_BYTES) {
            return new Outcome.Bad("The length is more than the message has");
        }
        int picture = LENGTH_BYTES + (int) length;
        if (message.length() - picture > maxFrame) {
            return tooLong();
        }
        var header = new Header();
        try (JsonParser parser = mapper.createParser(message.getBytes(LENGTH_BYTES, picture))) {
            String why = read(parser, header, camera);
            return why == null
                    ? frame(camera, header, message.getBytes(picture, message.length()))
                    : new Outcome.Bad(why);
        } catch (IOException e) {
            return new Outcome.Bad("The header is no JSON object");
        }
    }

    private Outcome frame(CameraId camera, Header header, byte[] jpeg) {
        if (jpeg.length > maxFrame) {
            return tooLong();
        }
        if (jpeg.length < 4 || jpeg[0] != (byte) 0xff || jpeg[1] != (byte) 0xd8 || jpeg[2] != (byte) 0xff) {
            return new Outcome.Bad("The picture is no JPEG");
        }
        String detections = header.detections;
        if (detections != null && detections.length() > maxHeader) {
            return new Outcome.Bad("The detections may have at most " + maxHeader + " characters");
        }
        return new Outcome.Frame(new CameraFrame(camera, header.timestampMillis, detections, jpeg));
    }

    private static Outcome noObject() {
        return new Outcome.Bad("The message is no JSON object");
    }

    private Outcome tooLong() {
        return new Outcome.Bad("A frame may have at most " + maxFrame + " bytes");
    }

    private static int base64Length(int bytes) {
        return (bytes + 2) / 3 * 4;
    }

    private static final class Header {
        private @Nullable String picture;
        private @Nullable String detections;
        private long timestampMillis = -1;
    }

    /** Fields that are not ours are left out; null if all is well. */
    private @Nullable String read(JsonParser parser, Header header, CameraId camera) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return "The message is no JSON object";
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "frame" -> header.picture = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                case "timestamp" ->
                    header.timestampMillis =
                            value.isNumeric() ? parser.getNumberValue().longValue() : -1;
                case "camera_id" -> {
                    if (value != JsonToken.VALUE_STRING || !parser.getText().equals(camera.value())) {
                        return "camera_id is not the camera of this connection";
                    }
                }
                case "detections" -> {
                    JsonNode node = mapper.readTree(parser);
                    if (!(node instanceof ArrayNode detections) || !Detections.areWellFormed(detections)) {
                        return "detections must be [{class, confidence from 0 to 1, bbox: [x, y, w, h]}]";
                    }
                    header.detections = node.toString();
                }
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            return "Something follows the JSON object";
        }
        return header.timestampMillis < 0 ? "timestamp must be a number of milliseconds since 1970" : null;
    }
}
