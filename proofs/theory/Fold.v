(** * Folding: the Cantor set with n + 1 hidden layers of two units

    The talk's Cantor set on [0,1] has the maps 1/3 - x/3 and 2/3 + x/3.  On our base [-1,1], with
    s = 2x - 1, they are -(s + 2)/3 and (s + 2)/3.  Since the first one reverses the orientation,
    both inverses are pieces of one tent map, tent s = 3|s| - 2 (in the talk's coordinate:
    |3x - 3/2| - 1/2), so a level needs no choice of a branch: two relus compute it, exactly.

    [fold_theorem]: for every n, a network with n + 1 hidden layers of width 2 is >= 0 exactly on
    K_n, without a margin.  Theorem 1 would take 2n + 1 hidden layers of width 6. *)

From Coq Require Import Reals List Lia Lra.
From Exactnet Require Import Network Prefractal Vectors Theorem1 Separation.
Import ListNotations.
Open Scope R_scope.

Definition cantor : ifs :=
  [ Generator [Unit [-1/3] (-2/3)] [Unit [-3] (-2)];
    Generator [Unit [1/3] (2/3)] [Unit [3] (-2)] ].

Definition tent (s : R) : R := 3 * Rabs s - 2.

Fixpoint iterate_tent (n : nat) (s : R) : R :=
  match n with
  | O => s
  | S m => iterate_tent m (tent s)
  end.

(** The first layer: s and -s.  Every other one, on relu(s), relu(-s): tent s and -tent s. *)
Definition both_signs : layer := [Unit [1] 0; Unit [-1] 0].
Definition tent_layer : layer := [Unit [3; 3] (-2); Unit [-3; -3] 2].

(** The output: 1 - |s|, of the last s. *)
Definition fold_network (n : nat) : net :=
  Net (both_signs :: repeat tent_layer n) [Unit [-1; -1] 1].

(** ** The maps *)

Lemma vec1 (x : vec) : length x = 1%nat -> exists s, x = [s].
Proof. destruct x as [| s [| ? ?]]; try discriminate. now exists s. Qed.

Lemma cube1 s : cube 1 [s] <-> -1 <= s <= 1.
Proof.
  split; [intros [_ H]; now inversion H | intros H; split; [reflexivity |]].
  apply Forall_cons; [assumption | apply Forall_nil].
Qed.

Lemma cantor_invertible : Forall (invertible 1) cantor.
Proof.
  repeat constructor; destruct (vec1 _ H) as [s ->];
    unfold undo, apply, affine, pre; simpl; f_equal; field.
Qed.

Lemma cantor_maps_into_base : maps_into_base 1 cantor.
Proof.
  intros F x HF [Hl Hx]. destruct (vec1 x Hl) as [s ->].
  inversion Hx as [| ? ? Hs _]; subst.
  destruct HF as [<- | [<- | []]]; unfold apply, affine, pre; simpl; apply cube1; lra.
Qed.

Lemma cantor_disjoint_images : disjoint_images 1 cantor.
Proof.
  assert (H : forall x y, cube 1 x -> cube 1 y ->
            apply (nth 0 cantor (Generator [] [])) x <> apply (nth 1 cantor (Generator [] [])) y).
  { intros x y [Hx Hcx] [Hy Hcy] E. destruct (vec1 x Hx) as [s ->], (vec1 y Hy) as [t ->].
    apply (f_equal (fun v => nth 0 v 0)) in E. unfold apply, affine, pre in E. simpl in E.
    inversion Hcx; inversion Hcy; subst. lra. }
  intros i j F G x y HF HG Hij Hx Hy E.
  destruct i as [| [| i]], j as [| [| j]]; simpl in HF, HG; try congruence;
    try (destruct i; discriminate); try (destruct j; discriminate);
    injection HF as <-; injection HG as <-.
  - now apply (H x y).
  - symmetry in E. now apply (H y x).
Qed.

(** ** The tent is the inverse of both maps *)

Lemma cantor_level n s : K 1 cantor (S n) [s] <-> K 1 cantor n [tent s].
Proof.
  assert (Hbase := cantor_maps_into_base). split.
  - intros (F & y & HF & HK & E). pose proof (K_in_cube 1 cantor n y Hbase HK) as [Hy Hc].
    destruct (vec1 y Hy) as [t ->]. apply (conj Hy) in Hc. apply cube1 in Hc.
    replace (tent s) with t; [assumption |]. unfold tent.
    destruct HF as [<- | [<- | []]]; unfold apply, affine, pre in E; simpl in E;
      injection E as ->; [rewrite Rabs_left1 by lra | rewrite Rabs_right by lra]; field.
  - intros HK. pose proof (K_in_cube 1 cantor n _ Hbase HK) as Hc. apply cube1 in Hc.
    unfold tent in *. destruct (Rle_dec 0 s).
    + exists (nth 1 cantor (Generator [] [])), [3 * Rabs s - 2]. split; [simpl; tauto |].
      split; [assumption |]. unfold apply, affine, pre. simpl. rewrite Rabs_right by lra.
      f_equal. field.
    + exists (nth 0 cantor (Generator [] [])), [3 * Rabs s - 2]. split; [simpl; tauto |].
      split; [assumption |]. unfold apply, affine, pre. simpl. rewrite Rabs_left by lra.
      f_equal. field.
Qed.

(** So s is in K_n exactly if the n-th iterate is in the base: the penalty of Theorem 1 is not
    needed, since [cantor_level] holds outside the images too. *)
Lemma cantor_iterate n s : K 1 cantor n [s] <-> Rabs (iterate_tent n s) <= 1.
Proof.
  revert s. induction n as [| n IH]; intros s.
  - cbn [K iterate_tent]. rewrite cube1. unfold Rabs. destruct (Rcase_abs s); lra.
  - rewrite cantor_level. apply IH.
Qed.

(** ** The network *)

Lemma relu_abs s : relu s + relu (- s) = Rabs s.
Proof.
  destruct (Rle_dec 0 s).
  - rewrite relu_id, relu_zero, Rabs_right by lra. lra.
  - rewrite relu_zero, relu_id, Rabs_left by lra. lra.
Qed.

Lemma tent_layers n s :
  fold_left (fun v l => hidden l v) (repeat tent_layer n) [relu s; relu (- s)]
  = [relu (iterate_tent n s); relu (- iterate_tent n s)].
Proof.
  revert s. induction n as [| n IH]; intros s; [reflexivity |].
  cbn [repeat fold_left iterate_tent]. rewrite <- IH. f_equal. unfold tent.
  rewrite <- relu_abs. unfold hidden, affine, pre. simpl. f_equal; [| f_equal]; f_equal; lra.
Qed.

Lemma fold_network_output n s : output (fold_network n) [s] = 1 - Rabs (iterate_tent n s).
Proof.
  unfold output, eval, fold_network. cbn [layers readout fold_left].
  replace (hidden both_signs [s]) with [relu s; relu (- s)].
  - rewrite tent_layers, <- relu_abs. unfold affine, pre. simpl. lra.
  - unfold hidden, affine, pre. simpl. f_equal; [| f_equal]; f_equal; lra.
Qed.

Theorem fold_theorem (n : nat) :
  shaped 1 1 (fold_network n) /\
  depth (fold_network n) = (n + 1)%nat /\
  width (fold_network n) = 2%nat /\
  forall x, length x = 1%nat -> (0 <= output (fold_network n) x <-> K 1 cantor n x).
Proof.
  split; [| split; [| split]].
  - assert (Hlast : layer_shaped 2 [Unit [-1; -1] 1]) by (repeat constructor).
    assert (H : layers_shaped 2 (repeat tent_layer n) [Unit [-1; -1] 1]).
    { induction n as [| n IH]; [assumption |]. split; [repeat constructor | assumption]. }
    split; [| reflexivity]. split; [repeat constructor | assumption].
  - unfold depth, fold_network. cbn [layers length]. rewrite repeat_length. lia.
  - unfold width, fold_network. cbn [layers map fold_right].
    assert (H : (fold_right Nat.max 0 (map (@length unit_of) (repeat tent_layer n)) <= 2)%nat).
    { induction n as [| n IH]; [auto |]. cbn [repeat map fold_right].
      apply Nat.max_lub; [reflexivity | assumption]. }
    change (length both_signs) with 2%nat. lia.
  - intros x Hx. destruct (vec1 x Hx) as [s ->]. rewrite fold_network_output, cantor_iterate. lra.
Qed.
