package io.weir.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People who ask one question after the other until they are told that it is enough, so that each of them nearly always has
 * a live answer. Every second answer is followed by somebody else too, some are stopped on the way.
 */
final class Askers {
    private static final int STOP_ONE_OF = 12;
    private static final int LONGEST_BEFORE_STOP_MILLIS = 6_000;
    private static final int QUESTIONS_OF_A_CONVERSATION = 3;

    private final List<User> users;
    private final List<String> questions;
    private final Random seeds;
    private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger live = new AtomicInteger();
    private volatile boolean enough;

    Askers(List<User> users, List<String> questions, long seed) {
        this.users = users;
        this.questions = questions;
        this.seeds = new Random(seed);
    }

    Askers begin() {
        for (User user : users) {
            var random = new Random(seeds.nextLong());
            threads.add(Thread.ofVirtual().start(() -> askOn(user, random)));
        }
        return this;
    }

    /** Answers that are being read now. */
    int live() {
        return live.get();
    }

    /** Waits for the answers that are still live and returns all, in no order. */
    List<Exchange> finish() throws InterruptedException {
        enough = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            var all = new AssertionError(failures.size() + " viewers failed");
            failures.forEach(all::addSuppressed);
            throw all;
        }
        return List.copyOf(exchanges);
    }

    private void askOn(User user, Random random) {
        try {
            String session = "";
            for (int turn = 0; !enough; turn++) {
                if (turn % QUESTIONS_OF_A_CONVERSATION == 0) {
                    session = Stack.fresh("talk");
                }
                exchanges.add(askOne(user, random, session));
            }
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            failed(e);
        }
    }

    /** Told at once: a long run may be stopped then, and looked at. */
    private void failed(Throwable failure) {
        System.out.println("chaos: " + failure);
        failures.add(failure);
    }

    private Exchange askOne(User user, Random random, String session) throws InterruptedException {
        String question = questions.get(random.nextInt(questions.size()));
        String agent = random.nextBoolean() ? "demo" : "steady";
        boolean followed = random.nextBoolean();
        boolean stopped = random.nextInt(STOP_ONE_OF) == 0;
        int stopMillis = random.nextInt(LONGEST_BEFORE_STOP_MILLIS);
        var asker = new Viewer(user, new Random(random.nextLong()), true);
        var other = new Viewer(user, new Random(random.nextLong()), true);
        var beside = new ArrayList<Thread>();
        if (followed) {
            beside.add(start(() -> follow(asker, other)));
        }
        if (stopped) {
            beside.add(start(() -> stop(asker, Duration.ofMillis(stopMillis))));
        }
        live.incrementAndGet();
        asker.ask(agent, session, question, Stack.fresh("key"));
        for (Thread thread : beside) {
            thread.join();
        }
        live.decrementAndGet();
        return new Exchange(user, question, followed ? List.of(asker, other) : List.of(asker));
    }

    private interface Doing {
        void run() throws InterruptedException;
    }

    private Thread start(Doing doing) {
        return Thread.ofVirtual().start(() -> {
            try {
                doing.run();
            } catch (InterruptedException | RuntimeException | AssertionError e) {
                failed(e);
            }
        });
    }

    private static void follow(Viewer asker, Viewer other) throws InterruptedException {
        awaitStream(asker);
        other.follow(asker.stream());
    }

    private static void stop(Viewer asker, Duration after) throws InterruptedException {
        awaitStream(asker);
        Thread.sleep(after);
        asker.stop();
    }

    private static void awaitStream(Viewer asker) throws InterruptedException {
        while (asker.stream().isEmpty() && asker.reason().isEmpty()) {
            Thread.sleep(20);
        }
    }
}
