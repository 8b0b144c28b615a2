(** * Certificates that the images of an iterated function system are disjoint

    For every two maps the certificate has multipliers that refute "u lies in both images".
    [disjoint_sound]: if [check_disjoint c] computes to true, then the maps, in normalised
    coordinates, are invertible, map the cube into itself and have disjoint images: the hypotheses
    of Theorem 1 in Separation.v.  [disjoint_sound_cube]: the same of the maps themselves if the
    base is the cube. *)

From Coq Require Import QArith Reals Qreals List Lra Lia.
From Exactnet Require Import Network Prefractal Vectors.
From Exactnet.Checker Require Import Farkas Trees Systems.
Import ListNotations.
Open Scope R_scope.

(** For i < j, counted from 0, the multipliers. *)
Record certificate := Certificate {
  system_of : system;
  pairs : list (nat * nat * multipliers) }.

(** u lies in the images of the cube under F and G. *)
Definition both_images (F G : affine_map) : list fact :=
  map (fun r => (r, false)) (image_rows F ++ image_rows G).

Definition refuted (c : certificate) (i j : nat) : bool :=
  match nth_error (normalised (system_of c)) i, nth_error (normalised (system_of c)) j with
  | Some F, Some G =>
      some (fun pair : nat * nat * multipliers =>
              let '(i', j', ms) := pair in
              if Nat.eqb i i' then
                if Nat.eqb j j' then refutes (both_images F G) ms else false
              else false) (pairs c)
  | _, _ => false
  end.

Definition check_disjoint (c : certificate) : bool :=
  if check_system (system_of c) then
    forallb (fun j => forallb (fun i => refuted c i j) (seq 0 j))
      (seq 0 (length (maps (system_of c))))
  else false.

(** ** Soundness *)

Lemma refuted_sound d c i j F G u :
  refuted c i j = true ->
  nth_error (normalised (system_of c)) i = Some F ->
  nth_error (normalised (system_of c)) j = Some G ->
  invertible d (real_map F) -> invertible d (real_map G) -> length u = d ->
  ~ (cube d (undo (real_map F) u) /\ cube d (undo (real_map G) u)).
Proof.
  unfold refuted. intros H HF HG HiF HiG Hu [H1 H2]. rewrite HF, HG in H. apply some_sound in H.
  destruct H as (((i', j'), ms) & _ & H).
  destruct (Nat.eqb i i'); [| discriminate]. destruct (Nat.eqb j j'); [| discriminate].
  apply (refutes_sound _ _ u) in H. apply H. apply Forall_map, Forall_app.
  rewrite <- (app_nil_r u). split; now apply (image_rows_values d).
Qed.

Theorem disjoint_sound (c : certificate) :
  check_disjoint c = true ->
  let d := dimension (system_of c) in
  let Fs := real_normalised (system_of c) in
  disjoint_images d Fs /\ maps_into_base d Fs /\ Forall (invertible d) Fs.
Proof.
  intros H d Fs. unfold check_disjoint in H.
  destruct (check_system (system_of c)) eqn:HS; [| discriminate]. rewrite forallb_forall in H.
  destruct (check_system_sound _ HS) as (_ & Hinv & Hbase). fold Fs d in Hinv, Hbase.
  split; [| split; assumption].
  assert (Hless : forall i j F G x y,
             nth_error Fs i = Some F -> nth_error Fs j = Some G -> (i < j)%nat ->
             cube d x -> cube d y -> apply F x <> apply G y).
  { intros i j F G x y HF HG Hij Hx Hy E. rewrite Forall_forall in Hinv.
    assert (HiF := Hinv F (nth_error_In _ _ HF)). assert (HiG := Hinv G (nth_error_In _ _ HG)).
    unfold Fs, real_normalised in HF, HG. rewrite nth_error_map in HF, HG.
    destruct (nth_error _ i) as [F' |] eqn:EF; [| discriminate]. injection HF as <-.
    destruct (nth_error _ j) as [G' |] eqn:EG; [| discriminate]. injection HG as <-.
    assert (Hj : (j < length (maps (system_of c)))%nat).
    { assert (j < length (normalised (system_of c)))%nat by (apply nth_error_Some; congruence).
      unfold normalised in *. now rewrite map_length in *. }
    assert (Hc : forallb (fun i => refuted c i j) (seq 0 j) = true) by (apply H, in_seq; lia).
    rewrite forallb_forall in Hc. specialize (Hc i). rewrite in_seq in Hc.
    apply (refuted_sound d c i j F' G' (apply (real_map F') x)); trivial.
    - apply Hc. lia.
    - unfold apply. rewrite affine_length. apply HiF.
    - split.
      + destruct HiF as (_ & _ & _ & _ & HiF). destruct (HiF x (proj1 Hx)) as [-> _]. assumption.
      + rewrite E. destruct HiG as (_ & _ & _ & _ & HiG). destruct (HiG y (proj1 Hy)) as [-> _].
        assumption. }
  intros i j F G x y HF HG Hij Hx Hy E. destruct (Nat.lt_total i j) as [Hlt | [Heq | Hlt]].
  - now apply (Hless i j F G x y).
  - contradiction.
  - now apply (Hless j i G F y x).
Qed.

Corollary disjoint_sound_cube (c : certificate) (d : nat) :
  base (system_of c) = cube_sides d -> check_disjoint c = true ->
  let Fs := real_maps (system_of c) in
  disjoint_images d Fs /\ maps_into_base d Fs /\ Forall (invertible d) Fs.
Proof.
  intros Hb H Fs. unfold Fs. rewrite <- normalised_cube.
  - replace d with (dimension (system_of c)); [now apply disjoint_sound |].
    unfold dimension. rewrite Hb. apply repeat_length.
  - rewrite Hb. clear. induction d; [reflexivity | assumption].
Qed.
