package org.kumiki.aws.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A record with named members. */
public final class StructureShape extends Shape {

    /** What an operation has that takes or gives nothing. */
    static final StructureShape EMPTY = new StructureShape("Nothing");

    private List<Member> members;
    private Map<String, Member> byName;
    private Map<String, Member> byQueryName;
    private Structure absent;

    StructureShape(String name) {
        super(name);
        define(List.of());
    }

    /** Shapes refer to each other in circles, so a structure learns its members after it exists. */
    final void define(List<Member> newMembers) {
        members = List.copyOf(newMembers);
        byName = new HashMap<>();
        byQueryName = new HashMap<>();
        for (Member member : members) {
            byName.put(member.name(), member);
            byQueryName.put(member.queryName(), member);
        }
        absent = build().build();
    }

    public List<Member> members() {
        return members;
    }

    /** Starts a value of this shape. */
    public Structure.Builder build() {
        return new Structure.Builder(this);
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /** @throws IllegalArgumentException where there is no such member: a façade misspelt it */
    Member member(String name) {
        Member member = byName.get(name);
        if (member == null) {
            throw new IllegalArgumentException(name() + " has no member " + name + ", only " + byName.keySet());
        }
        return member;
    }

    /** Null where there is none. */
    Member byQueryName(String name) {
        return byQueryName.get(name);
    }

    /** A value without members. */
    Structure absent() {
        return absent;
    }

    @Override
    Object check(Object value) {
        if (value instanceof Structure.Builder builder) {
            return check(builder.build());
        }
        if (value instanceof Structure structure && structure.shape() == this) {
            return structure;
        }
        throw misfit(value);
    }
}
