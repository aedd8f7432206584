package io.weir.streams.life;

/** A growable first-in first-out queue of ints, without boxing. */
final class IntRing {
    private int[] values = new int[16];
    private int head;
    private int size;

    void add(int value) {
        if (size == values.length) {
            int[] larger = new int[2 * size];
            for (int i = 0; i < size; i++) {
                larger[i] = values[(head + i) & (values.length - 1)];
            }
            values = larger;
            head = 0;
        }
        values[(head + size++) & (values.length - 1)] = value;
    }

    int remove() {
        if (size == 0) {
            throw new IllegalStateException("empty");
        }
        int value = values[head];
        head = (head + 1) & (values.length - 1);
        size--;
        return value;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
