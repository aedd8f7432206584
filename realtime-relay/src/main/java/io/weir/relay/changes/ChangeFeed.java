package io.weir.relay.changes;

import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Tells committed changes of messages to whoever wants them and may know of them. Each change is told once, in the order
 * in which it was read, to those who are added by then. Safe for any thread.
 */
@Singleton
public class ChangeFeed implements ChangeSink {
    private static final Logger LOG = Logger.getLogger(ChangeFeed.class);

    private final Notices notices;
    private final Vertx vertx;
    private final long maxDataBytes;
    private final Set<ChangeSubscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private boolean live;

    ChangeFeed(Notices notices, Vertx vertx, ChangesConfig config) {
        this.notices = notices;
        this.vertx = vertx;
        this.maxDataBytes = config.maxRecord().asLongValue();
    }

    /** From now on the subscriber is told. */
    public void add(ChangeSubscriber subscriber) {
        subscribers.add(subscriber);
    }

    /** Nothing more is told, but for what is being told right now. */
    public void remove(ChangeSubscriber subscriber) {
        subscribers.remove(subscriber);
    }

    /** True while changes are being read: the database is there and its tables are up to date. */
    public synchronized boolean isLive() {
        return live;
    }

    /** Runs {@code work} once, as soon as changes are being read; at once if they are. */
    public void whenLive(Runnable work) {
        synchronized (this) {
            if (!live) {
                waiting.add(work);
                return;
            }
        }
        work.run();
    }

    /** Forgets what waits. */
    public synchronized void forget(Runnable work) {
        waiting.remove(work);
    }

    /** Tells {@code done} once: true as soon as changes are being read, false if they are not within {@code patience}. */
    public void whenLive(Duration patience, Consumer<Boolean> done) {
        var told = new AtomicBoolean();
        Runnable now = () -> {
            if (told.compareAndSet(false, true)) {
                done.accept(true);
            }
        };
        whenLive(now);
        if (!told.get()) {
            vertx.setTimer(Math.max(1, patience.toMillis()), _ -> {
                forget(now);
                if (told.compareAndSet(false, true)) {
                    done.accept(false);
                }
            });
        }
    }

    @Override
    public void live(boolean now) {
        List<Runnable> due = List.of();
        synchronized (this) {
            live = now;
            if (now) {
                due = new ArrayList<>(waiting);
                waiting.clear();
            }
        }
        due.forEach(Runnable::run);
    }

    @Override
    public void tell(MessageChange change) {
        notices.tell(change);
        for (ChangeSubscriber subscriber : subscribers) {
            try {
                tell(change, subscriber);
            } catch (RuntimeException e) {
                LOG.errorf(e, "change not told");
            }
        }
    }

    private void tell(MessageChange change, ChangeSubscriber subscriber) {
        if (!subscriber.isOneOf(change.readership())) {
            return;
        }
        Map<Set<Column>, List<Integer>> ids = LinkedHashMap.newLinkedHashMap(1);
        for (Binding binding : subscriber.request().bindings()) {
            if (binding.matches(change)) {
                ids.computeIfAbsent(binding.columns(), _ -> new ArrayList<>(1)).add(binding.id());
            }
        }
        ids.forEach((columns, numbers) ->
                subscriber.changed(new ChangeNews(change, numbers, change.data(columns, maxDataBytes))));
    }
}
