/**
 * The checks that every hypervisor driver passes.
 * <p>
 * A vendor implements {@link org.kumiki.tck.TestBed}: the driver, a host, and how guests are made for it. {@link org.kumiki.tck.Tck} runs the
 * {@link org.kumiki.tck.Check}s on it, each on guests of its own, and reports. In a build, {@code org.kumiki.tck.junit} makes each of them a test.
 */
@Export
@Version("1.0.0")
package org.kumiki.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
