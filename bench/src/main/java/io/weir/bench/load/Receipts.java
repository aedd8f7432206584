package io.weir.bench.load;

import java.util.BitSet;

/** What one subscriber has received of a schedule: tells losses, repetitions and disorder. */
final class Receipts {
    private final BitSet seen = new BitSet();
    private int highest = -1;
    private int duplicates;
    private int misordered;

    /** Takes note of the message at this place in its topic; whether it is there for the first time. */
    boolean accept(int index) {
        if (seen.get(index)) {
            duplicates++;
            return false;
        }
        seen.set(index);
        if (index < highest) {
            misordered++;
        } else {
            highest = index;
        }
        return true;
    }

    int received() {
        return seen.cardinality();
    }

    int duplicates() {
        return duplicates;
    }

    /** Messages that came after one that was published later. */
    int misordered() {
        return misordered;
    }
}
