package io.weir.streams.sim;

import io.weir.contracts.holds.Price;
import io.weir.contracts.id.AccountId;
import io.weir.streams.life.ProducerBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Everything that takes part in one run, and what the seed has in store for it. */
final class Stack {
    static final Price PRICE = new Price(1, 500, 50, 600, 2000, 3000, 3);
    private static final AccountId ACCOUNT = new AccountId("ada");
    private static final int LIMIT_MILLIS = 600_000;

    final World world;
    final MeteringNode metering;
    final RelayNode relay;
    final List<GatewayNode> gateways;
    final Node edge = new Node("edge");
    final List<Person> people = new ArrayList<>();
    final long credit;
    /** Nothing fails in this run. */
    final boolean faultless;

    private long lastFault;

    Stack(long seed, Variant variant, boolean tracing) {
        SplittableRandom random = new SplittableRandom(seed);
        int trouble = random.nextInt(10);
        this.faultless = trouble < 2;
        this.world = new World(random, network(trouble, random), tracing);
        this.metering = new MeteringNode(world, variant);
        this.relay = new RelayNode(world, metering, variant);
        this.gateways = List.of(
                new GatewayNode("g0", world, metering, relay, variant),
                new GatewayNode("g1", world, metering, relay, variant));
        this.credit = switch (world.between(0, 3)) {
            case 0 -> world.between(0, 300);
            case 1 -> world.between(300, 3000);
            default -> 10_000_000;
        };
        metering.book.grant(ACCOUNT, credit);
        ask();
        if (trouble >= 4) {
            faults(trouble);
        }
        if (world.chance(50)) {
            world.fate(world.between(500, 8000), () -> gateway(0).drain());
        }
        world.fate(1000, this::stopWhenQuiet);
    }

    private static World.Network network(int trouble, SplittableRandom random) {
        if (trouble < 2) { // faultless
            return new World.Network(0, 0, 0, 1, 0, 0);
        }
        return new World.Network(
                random.nextInt(80),
                random.nextInt(50),
                random.nextInt(200),
                50 + random.nextInt(trouble < 7 ? 400 : 4000),
                trouble % 2 == 0 ? 1500 : 0,
                10_000 + random.nextInt(20_000));
    }

    private void ask() {
        int count = world.between(1, 3);
        for (int i = 0; i < count; i++) {
            ProducerBounds usual = ProducerBounds.DEFAULT;
            ProducerBounds bounds = new ProducerBounds(
                    world.chance(40) ? Duration.ofSeconds(2) : usual.streamTime(),
                    usual.leaseMargin(),
                    usual.journalPatience(),
                    usual.terminalPatience(),
                    usual.extensionPatience(),
                    usual.retry(),
                    usual.extendBelow(),
                    usual.retainedBytes());
            Person person = new Person(
                    this, ACCOUNT, i, new Question(Script.random(world), bounds, world.chance(300) ? 1 : 20));
            people.add(person);
            world.fate(world.between(0, 2000), person::ask);
            if (world.chance(150)) {
                world.fate(world.between(0, 4000), () -> person.stop(4));
            }
        }
    }

    private void faults(int trouble) {
        int count = world.between(1, trouble < 7 ? 2 : 4);
        for (int i = 0; i < count; i++) {
            int start = world.between(0, 8000);
            // From a blink to a minute and a half, short ones more often.
            int most = Math.min(90_000, 1 << world.between(6, trouble < 7 ? 13 : 17));
            int length = world.between(most / 2, most);
            lastFault = Math.max(lastFault, start + length + 10_000L);
            Node node = any();
            if (world.chance(80)) {
                // Long enough for a lease to end.
                lastFault = Math.max(lastFault, start + 110_000L);
                world.fate(start, () -> world.cut(gateway(0), metering, world.between(40_000, 100_000)));
            }
            switch (world.between(0, 2)) {
                case 0 -> world.fate(start, () -> world.crash(node, length));
                case 1 -> world.fate(start, () -> world.pause(node, length));
                default -> {
                    Node other = any();
                    world.fate(start, () -> world.cut(node, other, length));
                }
            }
        }
    }

    private Node any() {
        return switch (world.between(0, 4)) {
            case 0 -> metering;
            case 1 -> relay;
            case 2 -> edge;
            default -> gateway(world.chance(800) ? 0 : 1);
        };
    }

    GatewayNode gateway(int index) {
        return gateways.get(index);
    }

    /** True once all faults are healed. */
    boolean calm() {
        return world.now() > lastFault;
    }

    private void stopWhenQuiet() {
        boolean quiet = calm()
                && people.stream().allMatch(Person::done)
                && gateways.stream().allMatch(g -> g.up && g.idle())
                && relay.up
                && relay.allClosed()
                && metering.book.account(ACCOUNT).openStreams() == 0;
        if (quiet) {
            world.stop();
        } else {
            world.fate(1000, this::stopWhenQuiet);
        }
    }

    /** Runs to the end and checks it. */
    Verdict run() {
        world.run(LIMIT_MILLIS);
        return new Checks(this, ACCOUNT).verdict();
    }
}
