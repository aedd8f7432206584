package io.weir.relay.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which server has which slots, as far as we know. Not thread-safe. */
final class SlotMap {
    private final @Nullable Address[] owners = new Address[SlotHash.SLOT_COUNT];

    static int slotOf(byte[] key) {
        return SlotHash.getSlot(key);
    }

    @Nullable
    Address owner(int slot) {
        return owners[slot];
    }

    void moved(int slot, Address owner) {
        owners[slot] = owner;
    }

    /** One server has everything. */
    void single(Address only) {
        Arrays.fill(owners, only);
    }

    /**
     * Takes a reply of {@code CLUSTER SLOTS}.
     *
     * @param asked who gave it
     */
    void take(List<?> reply, Address asked) {
        for (Object entry : reply) {
            List<?> range = (List<?>) entry;
            List<?> master = (List<?>) range.get(2);
            var owner = Address.of(text(master.get(0)), (Long) master.get(1), asked);
            int from = Math.toIntExact((Long) range.get(0));
            int to = Math.toIntExact((Long) range.get(1));
            Arrays.fill(owners, from, to + 1, owner);
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) value;
    }

    Set<Address> servers() {
        Set<Address> all = new HashSet<>();
        for (Address owner : owners) {
            if (owner != null) {
                all.add(owner);
            }
        }
        return all;
    }
}
