package io.weir.relay.cameras;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A camera's name.
 *
 * @param value 1 to 128 letters, digits, dots, hyphens and underscores
 */
record CameraId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    CameraId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("no camera: " + value.length() + " characters");
        }
    }

    /** Empty where {@code text} names no camera. */
    static Optional<CameraId> of(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new CameraId(text)) : Optional.empty();
    }

    /** The topic on which its frames are told. */
    String topic() {
        return "camera:" + value;
    }

    /** The topic on which frames are told to workers. */
    String processTopic() {
        return topic() + ":process";
    }
}
