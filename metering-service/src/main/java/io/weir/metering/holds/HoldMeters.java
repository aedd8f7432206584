package io.weir.metering.holds;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.metering.settings.Agents;
import jakarta.enterprise.context.ApplicationScoped;

/** What was charged, and what could not be, in micro-credits per configured agent. */
@ApplicationScoped
public class HoldMeters {
    static final String CHARGED = "weir.metering.charged";
    static final String RECEIVABLE = "weir.metering.receivable";
    private static final String UNIT = "microcredits";

    private final MeterRegistry registry;
    private final Agents agents;

    HoldMeters(MeterRegistry registry, Agents agents) {
        this.registry = registry;
        this.agents = agents;
    }

    /** A charge that has just been written. */
    public void booked(String name, long charge, long receivable) {
        String agent = agents.byName().containsKey(name) ? name : "other";
        counter(CHARGED, "Charged to accounts", agent).increment((double) charge);
        counter(RECEIVABLE, "Used, but not payable by the account", agent).increment((double) receivable);
    }

    private Counter counter(String name, String description, String agent) {
        return Counter.builder(name)
                .description(description)
                .baseUnit(UNIT)
                .tag("agent", agent)
                .register(registry);
    }
}
