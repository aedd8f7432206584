/** What a scenario is made of, whatever it measures. Entry points: {@link io.weir.bench.scenario.Scenario}, {@link io.weir.bench.scenario.Trial}. */
@NullMarked
package io.weir.bench.scenario;

import org.jspecify.annotations.NullMarked;
