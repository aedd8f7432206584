package io.weir.relay.cameras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** What was found in a picture. */
final class Detections {
    private static final int BOX = 4;

    private Detections() {}

    /** True for objects with a class, a confidence from 0 to 1 and a box of four numbers. */
    static boolean areWellFormed(ArrayNode detections) {
        for (JsonNode detection : detections) {
            double confidence = detection.path("confidence").asDouble(-1);
            if (!detection.path("class").isTextual()
                    || !detection.path("confidence").isNumber()
                    || confidence < 0
                    || confidence > 1
                    || !isBox(detection.path("bbox"))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBox(JsonNode box) {
        if (!box.isArray() || box.size() != BOX) {
            return false;
        }
        for (JsonNode side : box) {
            if (!side.isNumber()) {
                return false;
            }
        }
        return true;
    }
}
