package io.weir.streams.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** The elements of a JSON array, without a tree. Copies the array: off the hot path. */
public final class JsonElements {
    private JsonElements() {}

    /** The elements as they stand, in order; none if the bytes are no sound array. */
    public static List<ByteBuf> of(ByteBuf array) {
        byte[] bytes = ByteBufUtil.getBytes(array);
        var scan = new JsonScan();
        scan.begin(bytes, 0, bytes.length);
        scan.skipSpace();
        if (!scan.take('[')) {
            return List.of();
        }
        scan.skipSpace();
        if (scan.take(']')) {
            return List.of();
        }
        var found = new ArrayList<ByteBuf>();
        do {
            scan.skipSpace();
            int start = scan.position();
            if (!scan.value()) {
                return List.of();
            }
            found.add(Unpooled.wrappedBuffer(bytes, start, scan.position() - start));
            scan.skipSpace();
        } while (scan.take(','));
        return scan.take(']') ? found : List.of();
    }
}
