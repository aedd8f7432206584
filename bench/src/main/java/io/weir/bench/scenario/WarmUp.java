package io.weir.bench.scenario;

import java.io.IOException;

/**
 * What servers do before the first load, so that their code is compiled where it is to be: answers come and go, slowly at first,
 * and those of the last round talk for longer.
 *
 * @param rounds how often answers are opened
 * @param streams answers of a round
 * @param opensPerSecond how many of them a second in the last round; fewer in those before
 * @param rate tokens a second of each
 * @param seconds how long the last ones talk
 */
public record WarmUp(int rounds, int streams, int opensPerSecond, int rate, double seconds) {
    private static final double ROUND_SECONDS = 0.5;

    /** Warms a chain up. What does not come up here is no finding: the loads will tell. */
    public void run(String chain, ChainTrials trials, Scenario.Progress progress) throws InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            try (Trial trial = trials.connect(streams, Math.max(1, opensPerSecond * round / rounds))) {
                trial.publish(rate, 0, round == rounds ? seconds : ROUND_SECONDS);
            } catch (IOException e) {
                progress.says(chain + ", warming up: " + e.getMessage());
            }
        }
    }
}
