package io.weir.streams.sim;

import io.weir.contracts.holds.AccountView;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.life.HoldView;
import io.weir.streams.life.StreamLog;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What must be true when the faults are healed and everything has come to rest. */
final class Checks {
    private final Stack stack;
    private final World world;
    private final AccountId account;
    private final Map<EndReason, Integer> endings = Verdict.noEndings();
    private final Map<Verdict.Note, Integer> notes = Verdict.noNotes();

    Checks(Stack stack, AccountId account) {
        this.stack = stack;
        this.world = stack.world;
        this.account = account;
    }

    Verdict verdict() {
        stack.people.forEach(this::checkPerson);
        stack.metering.book.audit().forEach(world::violation);
        AccountView view = stack.metering.book.account(account);
        check(view.heldMicro() == 0 && view.openStreams() == 0, "credits are still held: " + view);
        check(stack.gateways.stream().allMatch(GatewayNode::idle), "a gateway still has a stream or an unsettled one");
        check(stack.relay.allClosed(), "a log is still open");
        long charged = stack.people.stream()
                .flatMap(person -> person.stream().stream())
                .flatMap(stream -> stack.metering.book.view(stream).stream())
                .mapToLong(HoldView::chargeMicro)
                .sum();
        // Somebody who gave up asking may have a hold nobody knows of; it was released at zero.
        check(view.balanceMicro() == stack.credit - charged, "the balance is not what is left of the credit");
        return new Verdict(world.executed(), endings, notes, world.violations);
    }

    private void checkPerson(Person person) {
        check(person.done(), "somebody is still reading " + person.stream());
        person.stream().ifPresent(stream -> {
            HoldView hold = stack.metering.book.view(stream).orElseThrow();
            Optional<StreamLog> log = stack.relay.log(stream);
            check(hold.customerMicro() == -hold.chargeMicro(), "receipt and entries differ of " + stream);
            if (hold.state().equals("RELEASED")) {
                note(Verdict.Note.RELEASED);
                check(log.isEmpty(), "a log of a released hold " + stream);
                return;
            }
            check(hold.state().equals("SETTLED"), "not settled: " + hold);
            count(hold);
            if (log.isPresent()) {
                checkLog(person, stream, hold, log.get());
            } else {
                note(Verdict.Note.NO_LOG);
                // The relay was away all the time, and the gateway died before it came back, or never heard of its
                // claim.
                boolean died = stack.gateways.stream().anyMatch(g -> g.incarnation > 0);
                check(died || hold.lostByOwner(), "no log of " + stream);
            }
        });
    }

    private void count(HoldView hold) {
        noteIf(hold.lostByOwner(), Verdict.Note.LOST_BY_OWNER);
        noteIf(hold.late(), Verdict.Note.LATE_CORRECTION);
        noteIf(hold.receivableMicro() > 0, Verdict.Note.RECEIVABLE);
        noteIf(hold.cancelled() && hold.chargeMicro() == 0, Verdict.Note.CANCELLED_BEFORE_CLAIM);
    }

    private void checkLog(Person person, StreamId stream, HoldView hold, StreamLog log) {
        if (!log.closed()) {
            return;
        }
        Run.Terminal end = log.terminal().orElseThrow();
        endings.merge(end.reason(), 1, Integer::sum);
        noteIf(log.endedByFence(), Verdict.Note.ENDED_BY_FENCE);
        String text = checkRuns(stream, log, end);
        check(person.script().whole().startsWith(text), "the log holds what the agent did not say: " + stream);
        checkReason(stream, hold, log, end);
        checkReader(stream, person.direct(), log, end, text);
        checkReader(stream, person.viewer(), log, end, text);
    }

    /** Contiguous from 1, one terminal, at the end. Returns the text. */
    private String checkRuns(StreamId stream, StreamLog log, Run.Terminal end) {
        List<Run> runs = log.contents();
        StringBuilder text = new StringBuilder();
        long last = 0;
        for (Run run : runs) {
            check(run.first() == last + 1, "a gap in the log of " + stream);
            check(!(run instanceof Run.Terminal) || run == end, "two terminals in the log of " + stream);
            last = run.last();
            if (run instanceof Deltas deltas) {
                text.append(deltas.text().toString(StandardCharsets.UTF_8));
            }
        }
        check(last == end.offset(), "something follows the terminal of " + stream);
        return text.toString();
    }

    private void checkReason(StreamId stream, HoldView hold, StreamLog log, Run.Terminal end) {
        boolean same = hold.reason().equals(Optional.of(end.reason()));
        if (hold.lostByOwner() && !log.endedByFence()) {
            // The terminal was logged, the settle came too late: the sweeper cannot know the log.
            noteIf(!same, Verdict.Note.SWEPT_AFTER_TERMINAL);
        } else if (stack.gateways.stream().anyMatch(g -> g.unknownToSuccessor.contains(stream))) {
            noteIf(!same, Verdict.Note.DIED_WITH_A_SLOW_DISK);
        } else {
            check(same, "the log ended " + end.reason() + ", the receipt says " + hold + " of " + stream);
            check(end.totals().equals(hold.totals()), "log and receipt have other totals of " + stream);
        }
    }

    private void checkReader(StreamId stream, @Nullable Reader reader, StreamLog log, Run.Terminal end, String text) {
        if (reader == null || !reader.done()) {
            return;
        }
        check(reader.found(), "a reader did not find the log of " + stream);
        if (!reader.found()) {
            return;
        }
        noteIf(reader.truncated(), Verdict.Note.TRUNCATED);
        noteIf(reader.endedDirectly(), Verdict.Note.READ_DIRECTLY);
        check(!reader.truncated() || log.endedByFence(), "a reader was cut back though the log is whole: " + stream);
        String shown = reader.cursor.text();
        // Or the relay itself has lost a log of which nobody else has the text any more.
        boolean mayRun = reader.endedDirectly() || stack.relay.incarnation > 0;
        boolean ranPast = mayRun && log.endedByFence() && shown.startsWith(text);
        if (ranPast && end.reason() != EndReason.ORPHANED && !shown.equals(text)) {
            note(Verdict.Note.TAIL_LOST);
        }
        check(shown.equals(text) || ranPast, "a reader shows another text than the log of " + stream);
        EndReason seen = reader.cursor.terminal().map(Run.Terminal::reason).orElse(null);
        boolean fencedMeanwhile = ranPast && end.reason() == EndReason.ORPHANED;
        check(seen == end.reason() || fencedMeanwhile, "a reader saw " + seen + " at the end of " + stream);
    }

    private void noteIf(boolean happened, Verdict.Note note) {
        if (happened) {
            note(note);
        }
    }

    private void note(Verdict.Note note) {
        notes.merge(note, 1, Integer::sum);
    }

    private void check(boolean right, String violation) {
        if (!right) {
            world.violation(violation);
        }
    }
}
