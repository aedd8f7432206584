package io.weir.relay.cameras;

import io.vertx.core.buffer.Buffer;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Newest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One picture. What viewers are sent is made once for all who have skipped nothing. Safe for any thread. */
final class CameraFrame implements Newest {
    /** The event on topics. */
    static final String EVENT = "frame";

    private final CameraId camera;
    private final long timestampMillis;
    private final @Nullable String detections;
    private final byte[] jpeg;
    private @Nullable String base64;
    private @Nullable String text;
    private @Nullable Buffer binary;
    private @Nullable Broadcast broadcast;

    /**
     * A picture.
     *
     * @param timestampMillis when it was taken, Unix ms
     * @param detections a JSON array; absent where nothing was looked for
     * @param jpeg the picture; nobody writes to it
     */
    CameraFrame(CameraId camera, long timestampMillis, @Nullable String detections, byte[] jpeg) {
        this.camera = camera;
        this.timestampMillis = timestampMillis;
        this.detections = detections;
        this.jpeg = jpeg;
    }

    CameraId camera() {
        return camera;
    }

    /** As JSON with the picture in base64. */
    String text(long skipped) {
        if (skipped > 0) {
            return json(skipped, base64());
        }
        synchronized (this) {
            String known = text;
            if (known == null) {
                known = json(0, base64());
                text = known;
            }
            return known;
        }
    }

    /** As length, JSON and picture. */
    Buffer binary(long skipped) {
        if (skipped > 0) {
            return encode(skipped);
        }
        synchronized (this) {
            Buffer known = binary;
            if (known == null) {
                known = encode(0);
                binary = known;
            }
            return known;
        }
    }

    @Override
    public Broadcast told(long skipped) {
        if (skipped > 0) {
            return new Broadcast(EVENT, true, text(skipped).getBytes(StandardCharsets.UTF_8), null);
        }
        synchronized (this) {
            Broadcast known = broadcast;
            if (known == null) {
                known = new Broadcast(EVENT, true, text(0).getBytes(StandardCharsets.UTF_8), null);
                broadcast = known;
            }
            return known;
        }
    }

    private synchronized String base64() {
        String known = base64;
        if (known == null) {
            known = Base64.getEncoder().encodeToString(jpeg);
            base64 = known;
        }
        return known;
    }

    private Buffer encode(long skipped) {
        byte[] header = json(skipped, null).getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer(4 + header.length + jpeg.length)
                .appendInt(header.length)
                .appendBytes(header)
                .appendBytes(jpeg);
    }

    private String json(long skipped, @Nullable String picture) {
        var json = new StringBuilder(160 + (picture == null ? 0 : picture.length()));
        json.append('{');
        if (picture != null) {
            json.append("\"frame\":\"").append(picture).append("\",");
        }
        json.append("\"timestamp\":").append(timestampMillis);
        json.append(",\"camera_id\":\"").append(camera.value()).append('"');
        if (detections != null) {
            json.append(",\"detections\":").append(detections);
        }
        if (skipped > 0) {
            json.append(",\"skipped\":").append(skipped);
        }
        return json.append('}').toString();
    }
}
