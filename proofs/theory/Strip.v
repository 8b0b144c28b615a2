(** * Without the penalty the fold is wrong

    The network of Theorem1.v carries a penalty p next to the point u.  Drop it, and accept x when
    the n-th folded point lies in K_0: this is the talk's induction with the sum of the branches
    moved inside.  It is wrong however large B is.  Just outside an image the gates of its branch
    close gradually, and on the way the folded point slides through K_0.

    The case is the corner dust, F_c(x) = c + (x - c)/4 for the four corners c of the square, with
    n = 2.  [trap]: the point (-1/2 + 1/(8B), 3/4) is accepted for every B >= 5/2, and its
    sup-distance to K_2 is exactly 1/8.  (B >= 5/2 is what Theorem 1 asks of B here: delta = 2.)
    [trap_rejected]: with the penalty, the same point is rejected. *)

From Coq Require Import Reals List Lia Lra.
From Exactnet Require Import Network Prefractal Vectors Theorem1 Separation.
Import ListNotations.
Open Scope R_scope.

Definition corner (a b : R) : generator :=
  Generator [Unit [1/4; 0] (3/4 * a); Unit [0; 1/4] (3/4 * b)]
            [Unit [4; 0] (- 3 * a); Unit [0; 4] (- 3 * b)].

Definition dust : ifs := [corner (-1) (-1); corner (-1) 1; corner 1 (-1); corner 1 1].

(** The fold of Theorem 1, n times, without its penalty.  (Its clipping at -2 changes nothing here:
    the points stay in K_0.) *)
Fixpoint fold_points (B : R) (n : nat) (u : vec) : vec :=
  match n with
  | O => u
  | S m => fold_points B m (fold_point 2 dust B u)
  end.

Definition trap_point (B : R) : vec := [- 1/2 + 1 / (8 * B); 3/4].

Definition sup_distance (x y : vec) : R := fold_right Rmax 0 (map Rabs (add x (scale (-1) y))).

(** ** The dust satisfies the hypotheses of Theorem 1 *)

Lemma vec2 (x : vec) : length x = 2%nat -> exists s t, x = [s; t].
Proof. destruct x as [| s [| t [| ? ?]]]; try discriminate. now exists s, t. Qed.

Lemma cube2 s t : cube 2 [s; t] <-> (-1 <= s <= 1) /\ (-1 <= t <= 1).
Proof.
  unfold cube. rewrite !Forall_cons_iff. simpl. intuition.
Qed.

Lemma corner_undo a b s t : undo (corner a b) [s; t] = [4 * s - 3 * a; 4 * t - 3 * b].
Proof. unfold undo, affine, pre. simpl. f_equal; [| f_equal]; lra. Qed.

Lemma corner_apply a b s t : apply (corner a b) [s; t] = [3/4 * a + s/4; 3/4 * b + t/4].
Proof. unfold apply, affine, pre. simpl. f_equal; [| f_equal]; lra. Qed.

Lemma dust_corner F :
  In F dust -> exists a b, F = corner a b /\ (a = -1 \/ a = 1) /\ (b = -1 \/ b = 1).
Proof.
  intros [<- | [<- | [<- | [<- | []]]]]; do 2 eexists; (split; [reflexivity |]); tauto.
Qed.

Lemma corner_invertible a b : invertible 2 (corner a b).
Proof.
  repeat split; try (repeat constructor; fail);
    destruct (vec2 x H) as (s & t & ->); rewrite ?corner_undo, ?corner_apply, ?corner_undo;
    f_equal; try f_equal; field.
Qed.

Lemma dust_invertible : Forall (invertible 2) dust.
Proof.
  apply Forall_forall. intros F HF. destruct (dust_corner F HF) as (a & b & -> & _).
  apply corner_invertible.
Qed.

Lemma dust_maps_into_base : maps_into_base 2 dust.
Proof.
  intros F x HF Hx. destruct (dust_corner F HF) as (a & b & -> & Ha & Hb).
  destruct (vec2 x (proj1 Hx)) as (s & t & ->). rewrite corner_apply. rewrite cube2 in *. lra.
Qed.

Lemma corner_penalty a b s t :
  let P := penalty (undo (corner a b) [s; t]) in
  (4 * s - 3 * a - 1 <= P /\ - (4 * s - 3 * a) - 1 <= P) /\
  (4 * t - 3 * b - 1 <= P /\ - (4 * t - 3 * b) - 1 <= P).
Proof.
  cbn zeta. pose proof (penalty_bounds (undo (corner a b) [s; t])) as H. revert H.
  generalize (penalty (undo (corner a b) [s; t])) as P. intros P.
  rewrite corner_undo, !Forall_cons_iff. tauto.
Qed.

Lemma dust_separates : separates 2 dust 2.
Proof.
  split; [lra |]. intros u i j F G Hu HF HG Hij [H1 H2]. destruct (vec2 u Hu) as (s & t & ->).
  assert (H : forall k E, nth_error dust k = Some E ->
            exists a b, E = corner a b /\
              (k = 0%nat /\ a = -1 /\ b = -1 \/ k = 1%nat /\ a = -1 /\ b = 1 \/
               k = 2%nat /\ a = 1 /\ b = -1 \/ k = 3%nat /\ a = 1 /\ b = 1)).
  { intros [| [| [| [| k]]]] E HE; simpl in HE; try (destruct k; discriminate);
      injection HE as <-; do 2 eexists; (split; [reflexivity |]); tauto. }
  destruct (H i F HF) as (a & b & -> & Hi), (H j G HG) as (a' & b' & -> & Hj). clear H HF HG.
  pose proof (corner_penalty a b s t) as P1. pose proof (corner_penalty a' b' s t) as P2.
  cbn zeta in P1, P2.
  destruct Hi as [(-> & -> & ->) | [(-> & -> & ->) | [(-> & -> & ->) | (-> & -> & ->)]]],
           Hj as [(-> & -> & ->) | [(-> & -> & ->) | [(-> & -> & ->) | (-> & -> & ->)]]];
    try (now apply Hij); lra.
Qed.

Lemma dust_disjoint_images : disjoint_images 2 dust.
Proof. apply separates_disjoint with 2; [apply dust_invertible | apply dust_separates]. Qed.

(** ** Two folds *)

Lemma corner_dead B a b s t :
  5/2 <= B -> cube 2 [s; t] -> 2 <= penalty (undo (corner a b) [s; t]) ->
  gates B [s; t] (corner a b) = [0; 0].
Proof.
  intros HB Hc HP. apply (gates_dead 2 B 2); trivial; try lra; [apply corner_invertible |].
  now apply (clip_cube 2).
Qed.

(** The first fold takes the point, which is in no image, to one in the image of (1,-1). *)
Lemma first_fold B :
  5/2 <= B -> fold_point 2 dust B (trap_point B) = [1/2 + 4 * (1 / (8 * B)); - 1/2].
Proof.
  intros HB. unfold trap_point. assert (HBh : B * (1 / (8 * B)) = 1/8) by (field; lra).
  set (h := 1 / (8 * B)) in *. assert (Hh : 0 < h <= 1/20) by nra. clearbody h.
  assert (Hc : cube 2 [- 1/2 + h; 3/4]) by (apply cube2; lra).
  unfold fold_point, dust. cbn [map].
  assert (Hdead : forall a b, 2 <= penalty (undo (corner a b) [- 1/2 + h; 3/4]) ->
                    gates B [- 1/2 + h; 3/4] (corner a b) = [0; 0])
    by (intros; now apply corner_dead).
  rewrite !(Hdead (-1) (-1)), !(Hdead 1 (-1)), !(Hdead 1 1).
  - unfold gates. rewrite (clip_cube 2) by assumption. rewrite corner_undo.
    assert (HP : penalty [4 * (- 1/2 + h) - 3 * -1; 4 * (3/4) - 3 * 1] = 4 * h).
    { unfold penalty, sum. cbn [map fold_right].
      rewrite (relu_id (4 * (- 1/2 + h) - 3 * -1 - 1)), !relu_zero by lra. lra. }
    rewrite HP. replace (B * (4 * h)) with (1/2) by lra. cbn [map].
    rewrite !relu_id by lra. unfold vector_sum. cbn. f_equal; [| f_equal]; lra.
  - pose proof (corner_penalty 1 1 (- 1/2 + h) (3/4)) as HP. cbn zeta in HP. lra.
  - pose proof (corner_penalty 1 (-1) (- 1/2 + h) (3/4)) as HP. cbn zeta in HP. lra.
  - pose proof (corner_penalty (-1) (-1) (- 1/2 + h) (3/4)) as HP. cbn zeta in HP. lra.
Qed.

Lemma second_fold B :
  5/2 <= B ->
  fold_point 2 dust B [1/2 + 4 * (1 / (8 * B)); - 1/2] = [- 1 + 16 * (1 / (8 * B)); 1].
Proof.
  intros HB. assert (HBh : B * (1 / (8 * B)) = 1/8) by (field; lra).
  set (h := 1 / (8 * B)) in *. assert (Hh : 0 < h <= 1/20) by nra. clearbody h.
  assert (E : undo (corner 1 (-1)) [1/2 + 4 * h; - 1/2] = [- 1 + 16 * h; 1]).
  { rewrite corner_undo. f_equal; [| f_equal]; lra. }
  rewrite (fold_point_image 2 dust 2 B dust_invertible) with (F := corner 1 (-1)).
  - assumption.
  - apply dust_separates.
  - lra.
  - simpl. tauto.
  - apply cube2. lra.
  - rewrite E. apply cube2. lra.
Qed.

Theorem trap (B : R) :
  5/2 <= B ->
  cube 2 (fold_points B 2 (trap_point B)) /\
  (forall y, K 2 dust 2 y -> 1/8 <= sup_distance (trap_point B) y) /\
  (exists y, K 2 dust 2 y /\ sup_distance (trap_point B) y = 1/8).
Proof.
  intros HB. assert (Hh : 0 < 1 / (8 * B) <= 1/20).
  { assert (B * (1 / (8 * B)) = 1/8) by (field; lra). nra. }
  split; [| split].
  - cbn [fold_points]. rewrite first_fold, second_fold by assumption. apply cube2. lra.
  - intros y (F & z & HF & (F' & w & HF' & Hw & ->) & ->).
    destruct (dust_corner F HF) as (a & b & -> & Ha & Hb).
    destruct (dust_corner F' HF') as (a' & b' & -> & Ha' & Hb').
    destruct (vec2 w (proj1 Hw)) as (s & t & ->). apply cube2 in Hw. rewrite !corner_apply.
    unfold sup_distance, trap_point. cbn. eapply Rle_trans; [| apply Rmax_r].
    eapply Rle_trans; [| apply Rmax_l]. unfold Rabs. destruct (Rcase_abs _); lra.
  - exists [- 1/2; 5/8]. split.
    + exists (corner (-1) 1), [1; - 1/2]. split; [simpl; tauto |]. split.
      * exists (corner 1 (-1)), [1; 1]. split; [simpl; tauto |]. split; [apply cube2; lra |].
        rewrite corner_apply. f_equal; [| f_equal]; lra.
      * rewrite corner_apply. f_equal; [| f_equal]; lra.
    + unfold sup_distance, trap_point. cbn.
      rewrite (Rabs_right (- 1/2 + _ + _)), (Rabs_right (3/4 + _)) by lra.
      rewrite (Rmax_left (3/4 + _) 0), Rmax_right by lra. lra.
Qed.

Corollary trap_rejected (B : R) :
  5/2 <= B -> output (theorem1_network 2 dust 2 B 2) (trap_point B) < 0.
Proof.
  intros HB. apply Rnot_le_lt. intros H.
  apply (theorem1_correct 2 dust 2 B dust_invertible dust_maps_into_base dust_separates) in H;
    [| lra | reflexivity].
  apply (trap B HB) in H. revert H. unfold sup_distance, trap_point. cbn.
  generalize (- 1/2 + 1 / (8 * B)) as s. intros s.
  replace (s + -1 * s) with 0 by lra. replace (3/4 + -1 * (3/4)) with 0 by lra.
  rewrite Rabs_R0, (Rmax_left 0 0), (Rmax_left 0 0) by lra. lra.
Qed.
