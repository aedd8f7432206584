package io.weir.relay.topics;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is typing: {@code typing {on, account}} when it begins and when it ends, which it does by itself after silence. On the
 * topic's loop.
 */
final class Typing {
    private static final String EVENT = "typing";

    private final TopicPlace place;
    private final Teller teller;
    private final Map<String, Typist> typists = new LinkedHashMap<>();
    private boolean waiting;

    /** Tells everybody but one. */
    @FunctionalInterface
    interface Teller {
        void tell(Broadcast broadcast, @Nullable Subscriber except);
    }

    private record Typist(Subscriber subscriber, long untilNanos) {}

    Typing(TopicPlace place, Teller teller) {
        this.place = place;
        this.teller = teller;
    }

    /** Somebody goes on typing; false if too many do. */
    boolean on(Subscriber subscriber, String account, @Nullable Subscriber except) {
        boolean known = typists.containsKey(account);
        if (!known && typists.size() >= place.config().typingAccounts()) {
            return false;
        }
        long until = System.nanoTime() + place.config().typingSilence().toNanos();
        typists.put(account, new Typist(subscriber, until));
        if (!known) {
            tell(true, account, except);
        }
        later();
        return true;
    }

    /** Somebody has stopped. */
    void off(String account, @Nullable Subscriber except) {
        if (typists.remove(account) != null) {
            tell(false, account, except);
        }
    }

    /** Somebody has gone. */
    void gone(Subscriber subscriber) {
        typists.entrySet().stream()
                .filter(entry -> entry.getValue().subscriber() == subscriber)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(account -> off(account, null));
    }

    private void later() {
        if (!waiting) {
            waiting = true;
            place.loop().later(Math.max(1, place.config().typingSilence().toMillis() / 4), this::look);
        }
    }

    private void look() {
        waiting = false;
        long now = System.nanoTime();
        typists.entrySet().stream()
                .filter(entry -> entry.getValue().untilNanos() - now <= 0)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(account -> off(account, null));
        if (!typists.isEmpty()) {
            later();
        }
    }

    private void tell(boolean on, String account, @Nullable Subscriber except) {
        var json = new StringBuilder("{\"on\":").append(on).append(",\"account\":");
        JsonStrings.quoted(json, account).append('}');
        teller.tell(new Broadcast(EVENT, json.toString().getBytes(StandardCharsets.UTF_8), null), except);
    }
}
