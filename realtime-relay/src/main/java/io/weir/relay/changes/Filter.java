package io.weir.relay.changes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which rows a binding is about: conditions {@code column=operator.value}, with commas between them, all of which must
 * hold. As in SQL nothing but {@code is} and {@code isdistinct} holds for null, negated or not. Text compares by code
 * units.
 */
final class Filter {
    private static final int MAX_CONDITIONS = 10;
    private static final int MAX_VALUES = 100;
    private static final String NOT = "not.";

    private final List<Condition> conditions;

    private Filter(List<Condition> conditions) {
        this.conditions = conditions;
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds(JsonNode row);
    }

    /** What is wrong with a filter, for its author. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Reads a filter; the empty one is for every row. */
    static Filter of(String text) throws Refused {
        List<Condition> conditions = new ArrayList<>();
        for (String part : split(text)) {
            conditions.add(condition(part));
        }
        if (conditions.size() > MAX_CONDITIONS) {
            throw new Refused("more than " + MAX_CONDITIONS + " conditions");
        }
        return new Filter(List.copyOf(conditions));
    }

    /** True if the row is one of those that the filter is for. */
    boolean matches(JsonNode row) {
        return conditions.stream().allMatch(condition -> condition.holds(row));
    }

    private static Condition condition(String part) throws Refused {
        int equals = part.indexOf('=');
        int dot = part.indexOf('.', equals + 1);
        if (equals < 1 || dot < 0) {
            throw new Refused("no column=operator.value: " + part);
        }
        String name = part.substring(0, equals).strip();
        Column column = Column.ofWire(name).orElseThrow(() -> new Refused("no such column: " + name));
        boolean negated = part.startsWith(NOT, equals + 1);
        int begin = negated ? equals + 1 + NOT.length() : equals + 1;
        int end = negated ? part.indexOf('.', begin) : dot;
        if (end < 0) {
            throw new Refused("no column=operator.value: " + part);
        }
        return condition(column, negated, part.substring(begin, end), part.substring(end + 1));
    }

    private static Condition condition(Column column, boolean negated, String operator, String value) throws Refused {
        return switch (operator) {
            case "eq" -> comparison(column, negated, value, order -> order == 0);
            case "neq" -> comparison(column, negated, value, order -> order != 0);
            case "lt" -> comparison(column, negated, value, order -> order < 0);
            case "lte" -> comparison(column, negated, value, order -> order <= 0);
            case "gt" -> comparison(column, negated, value, order -> order > 0);
            case "gte" -> comparison(column, negated, value, order -> order >= 0);
            case "in" -> among(column, negated, value);
            case "is" -> {
                if (!value.equals("null")) {
                    throw new Refused("is compares with null only");
                }
                yield row -> column.value(row).isEmpty() != negated;
            }
            case "isdistinct" -> {
                Optional<Comparable<?>> other =
                        value.equals("null") ? Optional.empty() : Optional.of(constant(column, value));
                yield row -> column.value(row).equals(other) == negated;
            }
            default ->
                throw new Refused("no such operator: " + operator
                        + " (eq, neq, lt, lte, gt, gte, in, is, isdistinct, each also with not.)");
        };
    }

    private static Condition comparison(Column column, boolean negated, String value, IntPredicate order)
            throws Refused {
        Comparable<?> constant = constant(column, value);
        return row -> column.value(row)
                .filter(found -> order.test(compare(found, constant)) != negated)
                .isPresent();
    }

    private static Condition among(Column column, boolean negated, String value) throws Refused {
        if (!value.startsWith("(") || !value.endsWith(")")) {
            throw new Refused("in needs a list in parentheses");
        }
        List<Comparable<?>> constants = new ArrayList<>();
        for (String item : split(value.substring(1, value.length() - 1))) {
            constants.add(constant(column, item));
        }
        if (constants.isEmpty() || constants.size() > MAX_VALUES) {
            throw new Refused("in takes 1 to " + MAX_VALUES + " values");
        }
        return row -> column.value(row)
                .filter(found -> constants.contains(found) != negated)
                .isPresent();
    }

    private static Comparable<?> constant(Column column, String text) throws Refused {
        try {
            return column.value(unquoted(text));
        } catch (IllegalArgumentException e) {
            throw new Refused("no value of type " + column.type() + " for " + column.wire() + ": " + text);
        }
    }

    /** Both come from the same column, so they are of one class. */
    @SuppressWarnings("unchecked")
    private static int compare(Comparable<?> one, Comparable<?> other) {
        return ((Comparable<Object>) one).compareTo(other);
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        for (int i = 1; i < text.length() - 1; i++) {
            if (text.charAt(i) == '\\' && i < text.length() - 2) {
                i++;
            }
            plain.append(text.charAt(i));
        }
        return plain.toString();
    }

    /** At the commas that stand neither in quotes nor in parentheses. */
    private static List<String> split(String text) throws Refused {
        List<String> parts = new ArrayList<>();
        int from = 0;
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        if (quoted || depth != 0) {
            throw new Refused("a quote or a parenthesis does not end");
        }
        if (!text.isBlank()) {
            parts.add(text.substring(from));
        }
        return parts;
    }
}
