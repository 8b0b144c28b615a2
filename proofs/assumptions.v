(** The main theorems, and what each of them assumes.

    [Locate] prints the full name of a theorem, [Print Assumptions] the axioms that its proof rests
    on; check_assumptions.py reads both and compares them with its own list. *)

Set Printing Width 1000.

From Exactnet Require Theorem1 Separation Strip Fold Zaslavsky Regions Theorem2 Theorem3.
From Exactnet.Checker Require Farkas Trees Systems Disjoint Levels Fixed.

(** Theorem 1 *)
Locate Exactnet.Theorem1.theorem1_separated.
Print Assumptions Exactnet.Theorem1.theorem1_separated.
Locate Exactnet.Separation.alternative.
Print Assumptions Exactnet.Separation.alternative.
Locate Exactnet.Separation.separation.
Print Assumptions Exactnet.Separation.separation.
Locate Exactnet.Separation.separates_disjoint.
Print Assumptions Exactnet.Separation.separates_disjoint.
Locate Exactnet.Separation.theorem_1.
Print Assumptions Exactnet.Separation.theorem_1.
Locate Exactnet.Strip.trap.
Print Assumptions Exactnet.Strip.trap.
Locate Exactnet.Strip.trap_rejected.
Print Assumptions Exactnet.Strip.trap_rejected.
Locate Exactnet.Fold.fold_theorem.
Print Assumptions Exactnet.Fold.fold_theorem.

(** Regions *)
Locate Exactnet.Zaslavsky.zaslavsky.
Print Assumptions Exactnet.Zaslavsky.zaslavsky.
Locate Exactnet.Regions.regions.
Print Assumptions Exactnet.Regions.regions.
Locate Exactnet.Regions.regions_line.
Print Assumptions Exactnet.Regions.regions_line.
Locate Exactnet.Regions.regular_regions.
Print Assumptions Exactnet.Regions.regular_regions.
Locate Exactnet.Regions.same_activation_affine.
Print Assumptions Exactnet.Regions.same_activation_affine.
Locate Exactnet.Regions.regions_exponential.
Print Assumptions Exactnet.Regions.regions_exponential.
Locate Exactnet.Regions.exponential_form_fails_below.
Print Assumptions Exactnet.Regions.exponential_form_fails_below.

(** Theorem 2 *)
Locate Exactnet.Theorem2.theorem2.
Print Assumptions Exactnet.Theorem2.theorem2.
Locate Exactnet.Theorem2.theorem2_width.
Print Assumptions Exactnet.Theorem2.theorem2_width.
Locate Exactnet.Theorem2.theorem2_ifs.
Print Assumptions Exactnet.Theorem2.theorem2_ifs.
Locate Exactnet.Theorem2.theorem2_ifs_width.
Print Assumptions Exactnet.Theorem2.theorem2_ifs_width.
Locate Exactnet.Theorem2.width_bound_fails_below.
Print Assumptions Exactnet.Theorem2.width_bound_fails_below.

(** Theorem 3 *)
Locate Exactnet.Theorem3.mixed_cells.
Print Assumptions Exactnet.Theorem3.mixed_cells.
Locate Exactnet.Theorem3.theorem3_cells.
Print Assumptions Exactnet.Theorem3.theorem3_cells.
Locate Exactnet.Theorem3.theorem3.
Print Assumptions Exactnet.Theorem3.theorem3.
Locate Exactnet.Theorem3.theorem3_fails_in_the_plane.
Print Assumptions Exactnet.Theorem3.theorem3_fails_in_the_plane.

(** The certificate checker *)
Locate Exactnet.Checker.Farkas.proves_sound.
Print Assumptions Exactnet.Checker.Farkas.proves_sound.
Locate Exactnet.Checker.Farkas.refutes_sound.
Print Assumptions Exactnet.Checker.Farkas.refutes_sound.
Locate Exactnet.Checker.Trees.check_sound.
Print Assumptions Exactnet.Checker.Trees.check_sound.
Locate Exactnet.Checker.Systems.check_system_sound.
Print Assumptions Exactnet.Checker.Systems.check_system_sound.
Locate Exactnet.Checker.Disjoint.disjoint_sound.
Print Assumptions Exactnet.Checker.Disjoint.disjoint_sound.
Locate Exactnet.Checker.Disjoint.disjoint_sound_cube.
Print Assumptions Exactnet.Checker.Disjoint.disjoint_sound_cube.
Locate Exactnet.Checker.Levels.levels_sound.
Print Assumptions Exactnet.Checker.Levels.levels_sound.
Locate Exactnet.Checker.Levels.levels_sound_cube.
Print Assumptions Exactnet.Checker.Levels.levels_sound_cube.
Locate Exactnet.Checker.Levels.levels_size.
Print Assumptions Exactnet.Checker.Levels.levels_size.
Locate Exactnet.Checker.Fixed.fixed_chain.
Print Assumptions Exactnet.Checker.Fixed.fixed_chain.
Locate Exactnet.Checker.Fixed.fixed_sound.
Print Assumptions Exactnet.Checker.Fixed.fixed_sound.
Locate Exactnet.Checker.Fixed.fixed_sound_cube.
Print Assumptions Exactnet.Checker.Fixed.fixed_sound_cube.
Locate Exactnet.Checker.Fixed.fixed_size.
Print Assumptions Exactnet.Checker.Fixed.fixed_size.
