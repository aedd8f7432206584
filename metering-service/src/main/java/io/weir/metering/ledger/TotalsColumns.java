package io.weir.metering.ledger;

import io.weir.contracts.stream.Totals;
import jakarta.persistence.Embeddable;

/** The five token counts, as columns. */
@Embeddable
class TotalsColumns {
    long input;
    long cached;
    long cacheWrite;
    long output;
    long reasoning;

    Totals totals() {
        return new Totals(input, cached, cacheWrite, output, reasoning);
    }
}
