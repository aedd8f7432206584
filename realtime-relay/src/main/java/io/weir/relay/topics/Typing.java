package io.weir.relay.topics;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is typing: {@code typing {on, account}} when it begins and when it ends, which it does by itself after silence. Of an
 * account with several devices, on whatever nodes, the last word counts. On the topic's loop.
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

    /** Who said so last: a subscriber, or the name of another node. */
    private record Typist(Object source, long untilNanos, long toldNanos) {}

    Typing(TopicPlace place, Teller teller) {
        this.place = place;
        this.teller = teller;
    }

    /** Somebody goes on typing; false if too many do. */
    boolean on(Subscriber subscriber, String account, @Nullable Subscriber except) {
        Typist known = typists.get(account);
        long now = System.nanoTime();
        long silence = place.config().typingSilence().toNanos();
        long told = known == null ? now - silence : known.toldNanos();
        boolean due = now - told > silence / 3;
        if (!put(account, subscriber, due ? now : told, except)) {
            return false;
        }
        if (due) {
            place.elsewhere().tell(new NodeWord.Types(account, true));
        }
        return true;
    }

    /** Somebody goes on typing at another node. Where too many do, nothing happens. */
    void on(String node, String account) {
        // What is typed here next is told at once, whatever the other node has said.
        put(account, node, System.nanoTime() - place.config().typingSilence().toNanos(), null);
    }

    private boolean put(String account, Object source, long toldNanos, @Nullable Subscriber except) {
        boolean known = typists.containsKey(account);
        if (!known && typists.size() >= place.config().typingAccounts()) {
            return false;
        }
        long until = System.nanoTime() + place.config().typingSilence().toNanos();
        typists.put(account, new Typist(source, until, toldNanos));
        if (!known) {
            tell(true, account, except);
        }
        later();
        return true;
    }

    /** Somebody has stopped. */
    void off(String account, @Nullable Subscriber except) {
        if (end(account, except)) {
            place.elsewhere().tell(new NodeWord.Types(account, false));
        }
    }

    /** Somebody has stopped at another node. */
    void off(String account) {
        end(account, null);
    }

    private boolean end(String account, @Nullable Subscriber except) {
        boolean known = typists.remove(account) != null;
        if (known) {
            tell(false, account, except);
        }
        return known;
    }

    /** Somebody has gone. */
    void gone(Subscriber subscriber) {
        typists.entrySet().stream()
                .filter(entry -> entry.getValue().source() == subscriber)
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
                .forEach(this::off);
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
