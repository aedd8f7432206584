package io.weir.bench.ledger;

import io.weir.bench.ledger.Questions.Answered;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a run has found, in the order in which it was measured. */
final class Findings {
    private final Map<String, List<Run>> spread = new LinkedHashMap<>();
    private final Map<String, Map<String, Run>> steps = new LinkedHashMap<>();
    private final Map<String, List<HotAccount>> hot = new LinkedHashMap<>();
    private final Map<String, Run> updates = new LinkedHashMap<>();
    private final List<Answered> usage = new ArrayList<>();
    private final Map<String, String> about = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /**
     * Holds of one account.
     *
     * @param reserve their reserves
     * @param settle their settles
     */
    record HotAccount(Run reserve, Run settle) {
        /** Reserved and settled a second, as if one followed the other. */
        double perSecond() {
            return 1 / (1 / reserve.perSecond() + 1 / settle.perSecond());
        }

        double databaseMicrosEach() {
            return reserve.databaseMicrosEach() + settle.databaseMicrosEach();
        }
    }

    void about(String who, String text) {
        about.put(who, text);
    }

    void failed(String part, Exception why) {
        failures.put(part, String.valueOf(why.getMessage()));
    }

    /** A turn of somebody with cycles over many accounts. */
    void spread(String who, Run run) {
        spread.computeIfAbsent(who, _ -> new ArrayList<>()).add(run);
    }

    /** Times of the steps of a cycle in somebody's last turn. */
    void steps(String who, Map<String, Run> runs) {
        steps.put(who, runs);
    }

    void hot(String who, HotAccount account) {
        hot.computeIfAbsent(who, _ -> new ArrayList<>()).add(account);
    }

    void updates(String what, Run run) {
        updates.put(what, run);
    }

    void usage(Answered answered) {
        usage.add(answered);
    }

    /** The median of everybody's turns over many accounts. */
    Map<String, Run> spread() {
        Map<String, Run> medians = new LinkedHashMap<>();
        spread.forEach((who, turns) -> medians.put(who, median(turns, Run::perSecond)));
        return medians;
    }

    /** Cycles a second in each of somebody's turns. */
    List<Double> turns(String who) {
        return spread.getOrDefault(who, List.of()).stream().map(Run::perSecond).toList();
    }

    /** The middle one; the lower of two in the middle. */
    static <T> T median(List<T> turns, ToDoubleFunction<T> figure) {
        return turns.stream()
                .sorted(Comparator.comparingDouble(figure))
                .toList()
                .get((turns.size() - 1) / 2);
    }

    Map<String, Map<String, Run>> steps() {
        return steps;
    }

    /** The median of everybody's turns on one account. */
    Map<String, HotAccount> hot() {
        Map<String, HotAccount> medians = new LinkedHashMap<>();
        hot.forEach((who, turns) -> medians.put(who, median(turns, HotAccount::perSecond)));
        return medians;
    }

    Map<String, Run> updates() {
        return updates;
    }

    List<Answered> usage() {
        return usage;
    }

    /** How somebody was configured, or what else is to be known. */
    Map<String, String> about() {
        return about;
    }

    /** Why a part has no figures. */
    Map<String, String> failures() {
        return failures;
    }
}
