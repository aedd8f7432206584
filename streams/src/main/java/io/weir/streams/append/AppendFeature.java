package io.weir.streams.append;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What not every peer of this version knows. Each side says in {@link #HEADER} of the handshake which of them it
 * takes, and is sent no other: a peer that says nothing sees the protocol as it was before there were any.
 */
public enum AppendFeature {
    /** Relays: {@link AppendFrame.Usage}. */
    USAGE,
    /** Gateways: {@link AppendFrame.Receipt}. */
    RECEIPTS,
    /** Both: messages of several frames, one behind the other. */
    BATCHES;

    /** Header of the handshake's request and of its answer: names, separated by commas. */
    public static final String HEADER = "Weir-Append-Features";

    /** What the value of the header says; names that are unknown here are left out, and so is everything without a value. */
    public static Set<AppendFeature> ofHeader(@Nullable String value) {
        Set<AppendFeature> features = EnumSet.noneOf(AppendFeature.class);
        if (value != null) {
            Set<String> names =
                    Arrays.stream(value.split(",")).map(String::strip).collect(Collectors.toUnmodifiableSet());
            Arrays.stream(values())
                    .filter(feature -> names.contains(feature.wire()))
                    .forEach(features::add);
        }
        return features;
    }

    /** The value of the header. */
    public static String header(Collection<AppendFeature> features) {
        return features.stream().map(AppendFeature::wire).sorted().collect(Collectors.joining(", "));
    }

    private String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
