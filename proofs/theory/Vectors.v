(** * Vectors, sums and composition of affine layers

    The list lemmas that the other files of this folder need.  [identity d] is the identity of R^d
    as a layer, and [compose] is the product of two affine layers: the constructions are written as
    affine map, relu, affine map, relu, ..., and adjacent affine maps are merged by it. *)

From Coq Require Import Reals List Lia Lra.
From Exactnet Require Import Network Prefractal.
Import ListNotations.
Open Scope R_scope.

(** The single output of a network to R. *)
Definition output (N : net) (x : vec) : R := nth 0 (eval N x) 0.

Definition sum (v : vec) : R := fold_right Rplus 0 v.

Fixpoint add (v w : vec) : vec :=
  match v, w with
  | a :: v', b :: w' => a + b :: add v' w'
  | _, _ => []
  end.

Definition scale (a : R) (v : vec) : vec := map (Rmult a) v.

(** The sum of a list of vectors of R^d. *)
Definition vector_sum (d : nat) (vs : list vec) : vec := fold_right add (repeat 0 d) vs.

(** ** relu *)

Lemma relu_id z : 0 <= z -> relu z = z.
Proof. unfold relu, Rmax. destruct (Rle_dec z 0); lra. Qed.

Lemma relu_zero z : z <= 0 -> relu z = 0.
Proof. unfold relu, Rmax. destruct (Rle_dec z 0); lra. Qed.

Lemma relu_nonneg z : 0 <= relu z.
Proof. unfold relu, Rmax. destruct (Rle_dec z 0); lra. Qed.

Lemma relu_above z : z <= relu z.
Proof. unfold relu, Rmax. destruct (Rle_dec z 0); lra. Qed.

(** ** Sums *)

Lemma sum_app v w : sum (v ++ w) = sum v + sum w.
Proof. induction v; simpl; [lra | unfold sum in *; lra]. Qed.

Lemma sum_nonneg v : Forall (fun c => 0 <= c) v -> 0 <= sum v.
Proof. induction 1; simpl; [lra | unfold sum in *; lra]. Qed.

Lemma sum_zero {A} (f : A -> R) l : Forall (fun a => f a = 0) l -> sum (map f l) = 0.
Proof. induction 1 as [| a l H _ IH]; simpl; [lra | unfold sum in *; rewrite H, IH; lra]. Qed.

(** ** Dot products *)

Lemma dot_nil w : dot w [] = 0.
Proof. destruct w; reflexivity. Qed.

Lemma dot_repeat c x : dot (repeat c (length x)) x = c * sum x.
Proof. induction x as [| a x IH]; simpl; [lra | rewrite IH; unfold sum; simpl; lra]. Qed.

Lemma dot_zeros n x : dot (repeat 0 n) x = 0.
Proof.
  revert x. induction n; intros [| a x]; simpl; try lra.
  rewrite IHn. lra.
Qed.

Lemma dot_zeros_r w n : dot w (repeat 0 n) = 0.
Proof.
  revert w. induction n; intros [| a w]; simpl; try lra.
  rewrite IHn. lra.
Qed.

Lemma dot_app w x w' x' : length w = length x -> dot (w ++ w') (x ++ x') = dot w x + dot w' x'.
Proof.
  revert x. induction w; intros [| b x]; simpl; intros E; try discriminate; [lra |].
  rewrite IHw by lia. lra.
Qed.

Lemma dot_scale a w x : dot (scale a w) x = a * dot w x.
Proof. revert x. induction w; intros [| b x]; simpl; try lra. rewrite IHw. lra. Qed.

Lemma dot_opp w x : dot (map Ropp w) x = - dot w x.
Proof. revert x. induction w; intros [| b x]; simpl; try lra. rewrite IHw. lra. Qed.

Lemma dot_add v w x :
  length v = length w -> dot (add v w) x = dot v x + dot w x.
Proof.
  revert w x. induction v; intros [| b w] [| c x]; simpl; intros E; try discriminate; try lra.
  rewrite IHv by lia. lra.
Qed.

Lemma dot_add_r w x y :
  length x = length y -> dot w (add x y) = dot w x + dot w y.
Proof.
  revert x y. induction w; intros [| b x] [| c y]; simpl; intros E; try discriminate; try lra.
  rewrite IHw by lia. lra.
Qed.

Lemma dot_shift c w x :
  length w = length x -> dot w (map (fun a => a - c) x) = dot w x - c * sum w.
Proof.
  revert x. induction w; intros [| b x]; simpl; intros E; try discriminate; [lra |].
  rewrite IHw by lia. unfold sum. simpl. lra.
Qed.

Lemma add_length v w : length v = length w -> length (add v w) = length v.
Proof.
  revert w. induction v; intros [| b w]; simpl; intros E; try discriminate; try reflexivity.
  f_equal. apply IHv. lia.
Qed.

Lemma add_zeros_l v : add (repeat 0 (length v)) v = v.
Proof. induction v; simpl; [reflexivity | rewrite IHv; f_equal; lra]. Qed.

Lemma add_zeros_r v : add v (repeat 0 (length v)) = v.
Proof. induction v; simpl; [reflexivity | rewrite IHv; f_equal; lra]. Qed.

Lemma vector_sum_length d vs :
  Forall (fun v => length v = d) vs -> length (vector_sum d vs) = d.
Proof.
  induction 1 as [| v vs Hv _ IH]; [apply repeat_length |].
  change (vector_sum d (v :: vs)) with (add v (vector_sum d vs)).
  rewrite add_length; congruence.
Qed.

Lemma vector_sum_zero d vs : Forall (fun v => v = repeat 0 d) vs -> vector_sum d vs = repeat 0 d.
Proof.
  induction 1 as [| v vs Hv _ IH]; [reflexivity |].
  change (vector_sum d (v :: vs)) with (add v (vector_sum d vs)).
  rewrite IH, Hv. rewrite <- (repeat_length 0 d) at 2. apply add_zeros_r.
Qed.

(** A sum in which one vector counts. *)
Lemma vector_sum_single d vs v ws :
  length v = d -> Forall (fun w => w = repeat 0 d) (vs ++ ws) -> vector_sum d (vs ++ v :: ws) = v.
Proof.
  intros Hv H. apply Forall_app in H. destruct H as [Hvs Hws].
  induction Hvs as [| w vs Hw Hvs IH].
  - change (vector_sum d ([] ++ v :: ws)) with (add v (vector_sum d ws)).
    rewrite vector_sum_zero by assumption. rewrite <- Hv. apply add_zeros_r.
  - change (vector_sum d ((w :: vs) ++ v :: ws)) with (add w (vector_sum d (vs ++ v :: ws))).
    rewrite IH, Hw, <- Hv. apply add_zeros_l.
Qed.

Lemma dot_vector_sum d w vs :
  Forall (fun v => length v = d) vs -> dot w (vector_sum d vs) = sum (map (dot w) vs).
Proof.
  induction 1 as [| v vs Hv Hvs IH]; [apply dot_zeros_r |].
  change (vector_sum d (v :: vs)) with (add v (vector_sum d vs)).
  rewrite dot_add_r, IH by (rewrite vector_sum_length; assumption). reflexivity.
Qed.

(** ** Layers *)

Lemma affine_app l l' x : affine (l ++ l') x = affine l x ++ affine l' x.
Proof. apply map_app. Qed.

Lemma affine_length l x : length (affine l x) = length l.
Proof. apply map_length. Qed.

Lemma layer_shaped_app n l l' :
  layer_shaped n l -> layer_shaped n l' -> layer_shaped n (l ++ l').
Proof. intros. apply Forall_app. split; assumption. Qed.

(** The same unit with one more input, in front, that it ignores. *)
Definition lift (u : unit_of) : unit_of := Unit (0 :: weights u) (bias u).

(** u + c and -u. *)
Definition shift (c : R) (u : unit_of) : unit_of := Unit (weights u) (bias u + c).
Definition opposite (u : unit_of) : unit_of := Unit (map Ropp (weights u)) (- bias u).

Lemma pre_shift c u x : pre (shift c u) x = pre u x + c.
Proof. unfold pre. simpl. lra. Qed.

Lemma pre_opposite u x : pre (opposite u) x = - pre u x.
Proof. unfold pre. simpl. rewrite dot_opp. lra. Qed.

Lemma affine_lift l a x : affine (map lift l) (a :: x) = affine l x.
Proof.
  unfold affine. rewrite map_map. apply map_ext. intros u. unfold pre. simpl. lra.
Qed.

Lemma layer_shaped_lift n l : layer_shaped n l -> layer_shaped (S n) (map lift l).
Proof.
  intros H. apply Forall_map. revert H. apply Forall_impl. simpl. congruence.
Qed.

(** The first of n + 1 inputs. *)
Definition carry (n : nat) : unit_of := Unit (1 :: repeat 0 n) 0.

Lemma pre_carry n a x : pre (carry n) (a :: x) = a.
Proof. unfold pre. simpl. rewrite dot_zeros. lra. Qed.

Fixpoint identity (d : nat) : layer :=
  match d with
  | O => []
  | S m => carry m :: map lift (identity m)
  end.

Lemma identity_length d : length (identity d) = d.
Proof. induction d; simpl; [| rewrite map_length]; congruence. Qed.

Lemma identity_shaped d : layer_shaped d (identity d).
Proof.
  induction d; constructor; simpl; [now rewrite repeat_length |].
  apply layer_shaped_lift. assumption.
Qed.

Lemma affine_identity x : affine (identity (length x)) x = x.
Proof.
  induction x; [reflexivity |].
  change (affine (identity (length (a :: x))) (a :: x))
    with (pre (carry (length x)) (a :: x) :: affine (map lift (identity (length x))) (a :: x)).
  now rewrite affine_lift, pre_carry, IHx.
Qed.

(** [compose n outer inner] is the affine map outer o inner on R^n. *)
Fixpoint combination (n : nat) (w : vec) (l : layer) : vec :=
  match w, l with
  | a :: w', u :: l' => add (scale a (weights u)) (combination n w' l')
  | _, _ => repeat 0 n
  end.

Definition compose (n : nat) (outer inner : layer) : layer :=
  map (fun u => Unit (combination n (weights u) inner)
                     (dot (weights u) (map bias inner) + bias u)) outer.

Lemma combination_length n w l : layer_shaped n l -> length (combination n w l) = n.
Proof.
  intros H. revert w. induction H as [| u l Hu _ IH]; intros [| a w]; simpl;
    try apply repeat_length.
  unfold scale. rewrite add_length; rewrite map_length; [assumption |]. now rewrite IH.
Qed.

Lemma dot_combination n w l x :
  layer_shaped n l -> length x = n ->
  dot (combination n w l) x + dot w (map bias l) = dot w (affine l x).
Proof.
  intros H Hx. revert w. induction H as [| u l Hu Hl IH]; intros [| a w]; simpl;
    rewrite ?dot_zeros, ?dot_nil; try lra.
  rewrite dot_add by (unfold scale; rewrite map_length, combination_length; assumption).
  rewrite dot_scale, <- (IH w). unfold pre. lra.
Qed.

Lemma affine_compose n outer inner x :
  layer_shaped n inner -> length x = n ->
  affine (compose n outer inner) x = affine outer (affine inner x).
Proof.
  intros H Hx. unfold affine at 1, compose. rewrite map_map. apply map_ext. intros u.
  unfold pre. simpl. rewrite <- (dot_combination n) by assumption. lra.
Qed.

Lemma compose_length n outer inner : length (compose n outer inner) = length outer.
Proof. apply map_length. Qed.

Lemma compose_shaped n outer inner : layer_shaped n inner -> layer_shaped n (compose n outer inner).
Proof.
  intros H. apply Forall_map, Forall_forall. intros u _. simpl. now apply combination_length.
Qed.

(** ** Generators and the cube *)

Lemma undo_length d F x : invertible d F -> length (undo F x) = d.
Proof. intros (_ & _ & H & _). unfold undo. now rewrite affine_length. Qed.

Lemma K_in_cube d Fs n x : maps_into_base d Fs -> K d Fs n x -> cube d x.
Proof.
  intros H. revert x. induction n as [| n IH]; [easy |].
  intros x (F & y & HF & Hy & ->). apply H; auto.
Qed.
