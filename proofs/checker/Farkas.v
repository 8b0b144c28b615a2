(** * Linear inequalities over Q, and proofs of them by multipliers

    An affine form has rational coefficients and a constant; a fact says of a form that it is >= 0
    or > 0.  [proves facts g strict ms] computes whether the multipliers [ms] derive g >= 0 (g > 0)
    from the facts, and [refutes facts ms] whether they derive a contradiction.  [proves_sound] and
    [refutes_sound]: then it is so at every real point where the facts hold. *)

From Coq Require Import QArith NArith Reals Qreals List Lra Lia.
From Exactnet Require Import Network Vectors.
Import ListNotations.
Open Scope R_scope.

(** ** Forms *)

(** a_1 v_1 + ... + a_m v_m + b; coefficients that are not listed are 0. *)
Record form := Form { coefs : list Q; const : Q }.

(** The same with real numbers: a unit of a network, before relu. *)
Definition real (f : form) : unit_of := Unit (map Q2R (coefs f)) (Q2R (const f)).

Definition value (f : form) (v : vec) : R := pre (real f) v.

Definition zero : form := Form [] 0%Q.

(** The variable v_k, counted from 0. *)
Definition variable (k : nat) : form := Form (repeat 0%Q k ++ [1%Q]) 0%Q.

(** c a + b, in lowest terms. *)
Definition plus_times (c a b : Q) : Q :=
  match Qnum a with
  | Z0 => b
  | _ => match Qnum b with
         | Z0 => Qred (c * a)
         | _ => Qred (c * a + b)
         end
  end.

Fixpoint plus_times_list (c : Q) (v w : list Q) : list Q :=
  match v, w with
  | [], _ => w
  | a :: v', [] => plus_times c a 0 :: plus_times_list c v' []
  | a :: v', b :: w' => plus_times c a b :: plus_times_list c v' w'
  end.

(** [plus_scaled c f g] is c f + g. *)
Definition plus_scaled (c : Q) (f g : form) : form :=
  Form (plus_times_list c (coefs f) (coefs g)) (plus_times c (const f) (const g)).

Definition negate (f : form) : form := plus_scaled (-1) f zero.
Definition minus (f g : form) : form := plus_scaled (-1) g f.
Definition plus_constant (c : Q) (f : form) : form := plus_scaled 1 f (Form [] c).

Definition is_zero (a : Q) : bool := match Qnum a with Z0 => true | _ => false end.

Definition constant (f : form) : bool := forallb is_zero (coefs f).

(** Whether two forms are the same function. *)
Definition same (f g : form) : bool :=
  let h := minus f g in if constant h then is_zero (const h) else false.

(** ** Facts and multipliers *)

(** form > 0 if the flag is set, form >= 0 if not. *)
Definition fact : Type := form * bool.

Definition holds (v : vec) (F : fact) : Prop :=
  if snd F then 0 < value (fst F) v else 0 <= value (fst F) v.

(** Numbers of facts, counted from 0, each with a factor >= 0. *)
Definition multipliers : Type := list (N * Q).

(** [f] + sum of (factor * fact), and whether a strict fact has a positive factor or [strict]. *)
Fixpoint plus_facts (facts : list fact) (ms : multipliers) (f : form) (strict : bool)
  : option fact :=
  match ms with
  | [] => Some (f, strict)
  | (i, c) :: rest =>
      match Qnum c, nth_error facts (N.to_nat i) with
      | Zpos _, Some (g, s) => plus_facts facts rest (plus_scaled c g f) (orb s strict)
      | Z0, Some _ => plus_facts facts rest f strict
      | _, _ => None
      end
  end.

(** g - sum (factor * fact) is a constant >= 0, for a strict conclusion > 0 unless a strict fact
    was used. *)
Definition proves (facts : list fact) (g : form) (strict : bool) (ms : multipliers) : bool :=
  match plus_facts facts ms (negate g) false with
  | None => false
  | Some (h, s) =>
      if constant h then
        match Qnum (const h) with
        | Zneg _ => true
        | Z0 => orb s (negb strict)
        | Zpos _ => false
        end
      else false
  end.

(** They prove 0 > 0. *)
Definition refutes (facts : list fact) (ms : multipliers) : bool := proves facts zero true ms.

(** ** Rational arithmetic in the reals *)

Lemma Q2R_red a : Q2R (Qred a) = Q2R a.
Proof. apply Qeq_eqR, Qred_correct. Qed.

Lemma Q2R_0 : Q2R 0 = 0.
Proof. unfold Q2R. simpl. lra. Qed.

Lemma Q2R_1 : Q2R 1 = 1.
Proof. unfold Q2R. simpl. lra. Qed.

Lemma Q2R_m1 : Q2R (-1) = -1.
Proof. unfold Q2R. simpl. lra. Qed.

Lemma Q2R_num_0 a : Qnum a = Z0 -> Q2R a = 0.
Proof. intros H. unfold Q2R. rewrite H. simpl. lra. Qed.

Lemma Q2R_num_pos a p : Qnum a = Zpos p -> 0 < Q2R a.
Proof. intros H. rewrite <- Q2R_0. apply Qlt_Rlt. unfold Qlt. rewrite H. reflexivity. Qed.

Lemma Q2R_num_neg a p : Qnum a = Zneg p -> Q2R a < 0.
Proof. intros H. rewrite <- Q2R_0. apply Qlt_Rlt. unfold Qlt. rewrite H. reflexivity. Qed.

Lemma is_zero_sound a : is_zero a = true -> Q2R a = 0.
Proof.
  unfold is_zero. destruct (Qnum a) eqn:E; try discriminate. intros _. now apply Q2R_num_0.
Qed.

Lemma plus_times_correct c a b : Q2R (plus_times c a b) = Q2R c * Q2R a + Q2R b.
Proof.
  unfold plus_times.
  destruct (Qnum a) eqn:Ea; [rewrite (Q2R_num_0 a Ea); lra | |];
    (destruct (Qnum b) eqn:Eb;
     [rewrite (Q2R_num_0 b Eb), Q2R_red, Q2R_mult; lra | |];
     rewrite Q2R_red, Q2R_plus, Q2R_mult; lra).
Qed.

Lemma dot_plus_times c v w x :
  dot (map Q2R (plus_times_list c v w)) x
  = Q2R c * dot (map Q2R v) x + dot (map Q2R w) x.
Proof.
  revert w x. induction v as [| a v IH]; intros w x; [simpl; lra |].
  destruct w as [| b w], x as [| y x]; cbn [plus_times_list map dot]; try lra;
    rewrite IH, plus_times_correct, ?Q2R_0; simpl; lra.
Qed.

(** ** Values of forms *)

Lemma value_zero v : value zero v = 0.
Proof. unfold value, pre. simpl. rewrite Q2R_0. lra. Qed.

Lemma value_plus_scaled c f g v : value (plus_scaled c f g) v = Q2R c * value f v + value g v.
Proof.
  unfold value, pre, real. cbn [weights bias plus_scaled coefs const].
  rewrite dot_plus_times, plus_times_correct. lra.
Qed.

Lemma value_negate f v : value (negate f) v = - value f v.
Proof. unfold negate. rewrite value_plus_scaled, value_zero, Q2R_m1. lra. Qed.

Lemma value_minus f g v : value (minus f g) v = value f v - value g v.
Proof. unfold minus. rewrite value_plus_scaled, Q2R_m1. lra. Qed.

Lemma value_plus_constant c f v : value (plus_constant c f) v = value f v + Q2R c.
Proof.
  unfold plus_constant. rewrite value_plus_scaled, Q2R_1. unfold value, pre. simpl. lra.
Qed.

Lemma dot_repeat_0 k w x : dot (map Q2R (repeat 0%Q k ++ w)) x = dot (map Q2R w) (skipn k x).
Proof.
  revert x. induction k as [| k IH]; intros x; [reflexivity |].
  destruct x as [| y x]; cbn [repeat app map dot skipn]; [now rewrite dot_nil |].
  rewrite IH, Q2R_0. lra.
Qed.

Lemma hd_skipn k (v : vec) : hd 0 (skipn k v) = nth k v 0.
Proof. revert v. induction k; intros [| a v]; simpl; auto. Qed.

Lemma value_single k a b v :
  value (Form (repeat 0%Q k ++ [a]) b) v = Q2R a * nth k v 0 + Q2R b.
Proof.
  unfold value, pre. cbn [real weights bias coefs const]. rewrite dot_repeat_0, <- hd_skipn.
  destruct (skipn k v); simpl; lra.
Qed.

Lemma value_variable k v : value (variable k) v = nth k v 0.
Proof. unfold variable. rewrite value_single, Q2R_0, Q2R_1. lra. Qed.

Lemma value_constant f v : constant f = true -> value f v = Q2R (const f).
Proof.
  unfold constant, value, pre. cbn [real weights bias]. intros H.
  replace (dot (map Q2R (coefs f)) v) with 0; [lra |]. revert v.
  induction (coefs f) as [| a w IH]; [reflexivity |]. simpl in H.
  apply andb_prop in H. destruct H as [Ha Hw]. intros [| y v]; [reflexivity |].
  simpl. rewrite <- IH by assumption. rewrite is_zero_sound by assumption. lra.
Qed.

Lemma same_sound f g v : same f g = true -> value f v = value g v.
Proof.
  unfold same. destruct (constant (minus f g)) eqn:Hc; [| discriminate]. intros Hz.
  apply (value_constant _ v) in Hc. apply is_zero_sound in Hz. rewrite value_minus, Hz in Hc. lra.
Qed.

(** ** Soundness *)

Lemma plus_facts_sound facts ms f s h t v :
  Forall (holds v) facts -> plus_facts facts ms f s = Some (h, t) ->
  (if t then if s then value f v <= value h v else value f v < value h v
   else value f v <= value h v).
Proof.
  intros Hall. revert f s. induction ms as [| [i c] ms IH]; intros f s H.
  - injection H as <- <-. destruct s; lra.
  - cbn [plus_facts] in H. destruct (Qnum c) eqn:Ec; [| | discriminate];
      destruct (nth_error facts (N.to_nat i)) as [[g gs] |] eqn:Ei; try discriminate.
    + now apply IH.
    + apply nth_error_In in Ei. rewrite Forall_forall in Hall. apply Hall in Ei.
      apply IH in H. rewrite value_plus_scaled in H. apply Q2R_num_pos in Ec.
      unfold holds in Ei. cbn [fst snd] in Ei.
      destruct gs, s, t; cbn [orb] in H; nra.
Qed.

Theorem proves_sound facts g strict ms v :
  proves facts g strict ms = true -> Forall (holds v) facts -> holds v (g, strict).
Proof.
  unfold proves. intros H Hall.
  destruct (plus_facts facts ms (negate g) false) as [[h s] |] eqn:E; [| discriminate].
  apply (plus_facts_sound _ _ _ _ _ _ v Hall) in E. rewrite value_negate in E.
  destruct (constant h) eqn:Hc; [| discriminate]. apply (value_constant _ v) in Hc.
  unfold holds. cbn [fst snd].
  destruct (Qnum (const h)) eqn:En; [| discriminate |].
  - apply Q2R_num_0 in En. destruct s, strict; try discriminate; lra.
  - apply Q2R_num_neg in En. destruct s, strict; lra.
Qed.

Theorem refutes_sound facts ms v : refutes facts ms = true -> ~ Forall (holds v) facts.
Proof.
  intros H Hall. apply (proves_sound _ _ _ _ v) in H; [| assumption].
  unfold holds in H. cbn [fst snd] in H. rewrite value_zero in H. lra.
Qed.
