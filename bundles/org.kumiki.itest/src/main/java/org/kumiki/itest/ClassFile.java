package org.kumiki.itest;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * As much of a class file as tells what the class is and which others it knows (The Java Virtual Machine Specification, chapter 4).
 *
 * @param name    with slashes
 * @param words   all strings of its constant pool, which the names of other classes, of annotations and of attributes are among
 * @param members the fields and methods that it uses, each as {@code java/lang/Math.random}
 */
record ClassFile(String name, int flags, Set<String> words, Set<String> members) {

    private static final int PUBLIC = 0x0001;
    private static final int INTERFACE = 0x0200;
    private static final int ANNOTATION = 0x2000;

    static ClassFile read(InputStream bytes) throws IOException {
        DataInputStream in = new DataInputStream(bytes);
        in.skipNBytes(8); // magic number and versions
        int size = in.readUnsignedShort();
        String[] texts = new String[size];
        int[] names = new int[size];
        int[] owners = new int[size];
        int[] parts = new int[size];
        for (int i = 1; i < size; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 7 -> names[i] = in.readUnsignedShort();
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 9, 10, 11 -> {
                    owners[i] = in.readUnsignedShort();
                    parts[i] = in.readUnsignedShort();
                }
                case 12 -> {
                    parts[i] = in.readUnsignedShort();
                    in.skipNBytes(2);
                }
                case 3, 4, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // these take two places
                }
                default -> throw new IOException("no constant has the tag " + tag);
            }
        }
        int flags = in.readUnsignedShort();
        String name = texts[names[in.readUnsignedShort()]];
        Set<String> words = new HashSet<>();
        for (String text : texts) {
            if (text != null) {
                words.add(text);
            }
        }
        Set<String> members = new HashSet<>();
        for (int i = 1; i < size; i++) {
            if (owners[i] > 0) {
                members.add(texts[names[owners[i]]] + "." + texts[parts[parts[i]]]);
            }
        }
        return new ClassFile(name, flags, words, members);
    }

    String packageName() {
        return name.substring(0, Math.max(0, name.lastIndexOf('/'))).replace('/', '.');
    }

    boolean isPublicInterface() {
        return (flags & (PUBLIC | INTERFACE | ANNOTATION)) == (PUBLIC | INTERFACE);
    }

    /** Whether only those that it names itself may implement it. */
    boolean isSealed() {
        return knows("PermittedSubclasses");
    }

    boolean uses(String member) {
        return members.contains(member);
    }

    boolean knows(String word) {
        return words.contains(word);
    }
}
