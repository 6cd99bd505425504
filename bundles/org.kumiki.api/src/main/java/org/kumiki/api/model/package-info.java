/**
 * What exists in a datacenter: immutable records, and nothing that does anything.
 * <p>
 * Every record validates itself when it is made, so a value that exists is a value that makes sense. Collections in
 * records are unmodifiable copies. Records that vendors construct grow only together with a constructor of the old
 * shape.
 */
@Export
@Version("1.3.0")
package org.kumiki.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
