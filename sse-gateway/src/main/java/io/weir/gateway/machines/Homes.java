package io.weir.gateway.machines;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which machine has which conversation's history, as far as this process has seen. Any thread. */
final class Homes {
    /** Conversations whose machine is remembered; beyond it the least recently used one is forgotten. */
    private static final int MAX_SESSIONS = 100_000;

    private final Map<SessionKey, MachineId> known = new RecentlyUsed();

    @Nullable
    MachineId of(SessionKey session) {
        synchronized (known) {
            return known.get(session);
        }
    }

    void put(SessionKey session, MachineId machine) {
        synchronized (known) {
            known.put(session, machine);
        }
    }

    private static final class RecentlyUsed extends LinkedHashMap<SessionKey, MachineId> {
        private static final long serialVersionUID = 1;

        RecentlyUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionKey, MachineId> eldest) {
            return size() > MAX_SESSIONS;
        }
    }
}
